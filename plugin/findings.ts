import {
  type Found,
  identityOf,
  type Judgement,
  type ObjectName,
  type Unjudged,
} from '../core/findings/finding.ts';
import type { Judgeable } from '../core/findings/judgeable.ts';
import { judgeNodes } from '../core/findings/node-findings.ts';
import { judgeOrphans } from '../core/findings/orphan-findings.ts';
import { type KubernetesObject, objectKey } from '../core/kubernetes.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import type { Repair } from '../core/network/repair.ts';
import { type Severity, severities, type Violation } from '../core/policy.ts';
import type { Gathered } from './gather.ts';
import { sortedKeys, toYAML } from './output/structured.ts';
import type { Fault, Fleet, Lookup, Sourced } from './source/fleet.ts';

/** A violation, the object it is about, and where that is written. */
export type Finding = Violation & {
  readonly object: ObjectName;
  readonly file?: string;
  readonly line?: number;
};

/** What the rules say of objects, and what they could not be asked. */
export type Judged = {
  /** The objects that every rule was asked about. */
  readonly checked: readonly Sourced<KubernetesObject>[];
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
};

/**
 * Asks every rule about every selected node.
 *
 * @param parameters who may connect to the guarded ports.
 * @param before the state before an edit; nodes that are not in it are new.
 */
export function findViolations(gathered: Gathered, parameters: PolicyParameters, before?: Fleet): Judged {
  const former = new Map(before?.nodes.map(({ object }) => [keyOf(object), object]));
  const nodes = gathered.nodes.map(({ object: node, unknownFields }) => {
    return { node, unknownFields, before: former.get(keyOf(node)) };
  });
  return placed(judgeNodes(nodes, judgeable(gathered, parameters)), gathered);
}

/** Asks about Pods and StatefulSets without their node. @param parameters who may connect to the guarded ports. */
export function findOrphanViolations(
  gathered: Gathered,
  orphans: readonly Sourced<KubernetesObject>[],
  parameters: PolicyParameters,
): Judged {
  const objects = orphans.map(({ object }) => object);
  return placed(judgeOrphans(objects, judgeable(gathered, parameters)), gathered);
}

/** Whether a severity is at or above a threshold. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}

function judgeable({ fleet, judge, now }: Gathered, parameters: PolicyParameters): Judgeable {
  const objectOf = (lookup: Lookup) => (namespace: string, name: string) => lookup(namespace, name)?.object;
  const around = {
    nodes: fleet.nodes.map(({ object }) => object),
    network: fleet.network,
    secret: fleet.secret,
    pod: objectOf(fleet.pod),
    statefulSet: objectOf(fleet.statefulSet),
    service: objectOf(fleet.service),
  };
  return { around, judge, now, parameters, repairs: true };
}

/** The same, with where everything is written. */
function placed({ checked, found, unjudged }: Judgement, { fleet, nodes }: Gathered): Judged {
  const sourceOf = sourcesOf(fleet, nodes);
  const told: Told = new Map();
  const faultOf = ({ at, field, message }: Unjudged) => {
    const sourced = at && sourceOf(at);
    return { ...(field === undefined ? sourced?.place : sourced && whereabouts(sourced, field)), message };
  };
  return {
    checked: checked.flatMap(object => sourceOf(identityOf(object)) ?? []),
    findings: found.map(each => findingOf(each, sourceOf(each.at), told)),
    faults: unjudged.map(faultOf),
  };
}

/** Finds what an object was read from. */
function sourcesOf({ policies, pod, statefulSet, service }: Fleet, nodes: Gathered['nodes']) {
  const keyed = (sourced: readonly Sourced<KubernetesObject>[]): Lookup => {
    const byKey = new Map(sourced.map(each => [keyOf(each.object), each]));
    return (namespace, name) => byKey.get(objectKey(namespace, name));
  };
  const lookups: Readonly<Record<string, Lookup>> = {
    ...{ Pod: pod, StatefulSet: statefulSet, Service: service },
    ...{ SeiNode: keyed(nodes), NetworkPolicy: keyed(policies) },
  };
  return ({ kind, namespace, name }: ObjectName) => lookups[kind]?.(namespace, name);
}

/** A finding in the order of the contract, which is not the runtime's. */
function findingOf(found: Found, at: Sourced<KubernetesObject> | undefined, told: Told): Finding {
  const { rule, severity, object, field, message, fix, docs } = found;
  const details = told.get(found.details) ?? detailsOf(found);
  told.set(found.details, details);
  return { rule, severity, object, field, message, details, fix, docs, ...(at && whereabouts(at, field)) };
}

/** Details as they are told: one object for all nodes that are alike to NetworkPolicies. */
type Told = Map<Violation['details'], Violation['details']>;

function detailsOf({ details, repair }: Found): Violation['details'] {
  return sortedKeys({ ...details, ...(repair && repairDetails(repair)) });
}

/** A repair as people apply it, in YAML: JSON Patches of policies (RFC 6902), and a manifest of one that is not there yet. */
function repairDetails({ patches, create }: Repair): object {
  return {
    ...(patches.length > 0 && {
      patches: patches.map(({ policy, operations }) => ({ policy, patch: toYAML(sortedKeys(operations)) })),
    }),
    ...(create && { create: toYAML({ ...create }) }),
  };
}

/** Where a field of an object is written; nowhere for an object of a cluster. */
function whereabouts(
  { place, lineOf }: Sourced<KubernetesObject>,
  field: string,
): Pick<Finding, 'file' | 'line'> {
  return place ? { file: place.file, line: lineOf(field) ?? place.line } : {};
}

function keyOf({ metadata }: KubernetesObject): string {
  return objectKey(metadata.namespace, metadata.name);
}
