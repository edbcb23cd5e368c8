import { type KubernetesObject, objectKey, type Secret } from '../core/kubernetes.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import { type Severity, severities, type Violation } from '../core/policy.ts';
import { podName } from '../core/resources/names.ts';
import type { SeiNode } from '../core/seinode.ts';
import { withCause } from '../core/tls-secret.ts';
import type { Gathered } from './gather.ts';
import { guardedTargets, type NetworkFinding, networkFindings, repairDetails } from './network-findings.ts';
import { sortedKeys } from './output/structured.ts';
import { secretInput } from './secrets.ts';
import type { Fault, Fleet, Sourced } from './source/fleet.ts';
import { type Workload, workloadInput, workloadOf } from './workload.ts';

/** A violation, the object it is about, and where that is written. */
export type Finding = Violation & {
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  };
  readonly file?: string;
  readonly line?: number;
};

/** What the rules say of nodes, and what they could not be asked. */
export type Judged = {
  /** The nodes that every rule was asked about. */
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
  const judged = gathered.nodes.map(sourced =>
    judgeNode(sourced, former.get(keyOf(sourced.object)), gathered),
  );
  const nodes = gathered.nodes.map(({ object }) => object);
  const targets = guardedTargets(nodes, gathered.fleet.network.pods);
  const network = networkFindings(gathered, targets, parameters);
  const reached = network.ok ? network.value : new Map<string, readonly NetworkFinding[]>();
  const places = placesOf(gathered.fleet);
  return {
    checked: judged.flatMap(({ checked }) => checked),
    findings: judged.flatMap(({ findings }, index) => {
      const sourced = gathered.nodes[index] as Sourced<SeiNode>;
      const found = reached.get(objectKey(sourced.object.metadata.namespace, podName(sourced.object))) ?? [];
      return [...findings, ...found.map(finding => networkFinding(sourced, finding, places))];
    }),
    faults: [
      ...judged.flatMap(({ faults }) => faults),
      ...(network.ok ? [] : [{ message: `NetworkPolicies: ${network.error}` }]),
    ],
  };
}

/** Policies, by `NAMESPACE/NAME`. */
export function placesOf({ policies }: Fleet): ReadonlyMap<string, Sourced<KubernetesObject>> {
  return new Map(policies.map(sourced => [keyOf(sourced.object), sourced]));
}

/** A finding of the rules on NetworkPolicies. It stands where the policy at fault does, which is what is to be mended. */
export function networkFinding(
  sourced: Sourced<KubernetesObject>,
  { violation: { target: _, ...violation }, repair }: NetworkFinding,
  policies: ReadonlyMap<string, Sourced<KubernetesObject>>,
): Finding {
  const policy = policies.get(String(violation.details.policy));
  const details = { ...violation.details, ...(repair && repairDetails(repair)) };
  return {
    ...ordered({ ...violation, details }, identityOf(sourced.object), undefined),
    ...whereabouts(policy ?? sourced, violation.field),
  };
}

/** Whether a severity is at or above a threshold. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}

function judgeNode(
  sourced: Sourced<SeiNode>,
  before: SeiNode | undefined,
  { fleet, judge, now }: Gathered,
): Judged {
  const { object: node, place, unknownFields } = sourced;
  const workload = workloadOf(node, fleet);
  const input = {
    ...{ now, node, unknownFields, ...secretInput(node, fleet), ...(before && { before }) },
    ...workloadInput(workload),
  };
  const violations = judge.violations(input);
  if (!violations.ok) {
    return {
      checked: [],
      findings: [],
      faults: [{ ...place, message: `SeiNode ${keyOf(node)}: ${violations.error}` }],
    };
  }
  const object = identityOf(node);
  const findings = violations.value.map(violation => ({
    ...ordered(violation, object, input.secret),
    ...whereabouts(workload[violation.details.kind as keyof Workload] ?? sourced, violation.field),
  }));
  return { checked: [sourced], findings, faults: [] };
}

/** How reports name an object. */
export function identityOf({ apiVersion, kind, metadata }: KubernetesObject): Finding['object'] {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** A finding, in the order of the contract, which is not the runtime's. */
export function ordered(
  violation: Violation,
  object: Finding['object'],
  secret: Secret | undefined,
): Finding {
  const { rule, severity, field, message, details, fix, docs } = violation;
  return {
    rule,
    severity,
    object,
    field,
    message: withCause(message, details.reason, secret),
    details: sortedKeys(details),
    fix,
    docs,
  };
}

/** Where a field of an object is written; nowhere for an object of a cluster. */
export function whereabouts(
  { place, lineOf }: Sourced<KubernetesObject>,
  field: string,
): Pick<Finding, 'file' | 'line'> {
  return place ? { file: place.file, line: lineOf(field) ?? place.line } : {};
}

function keyOf({ metadata }: KubernetesObject): string {
  return objectKey(metadata.namespace, metadata.name);
}
