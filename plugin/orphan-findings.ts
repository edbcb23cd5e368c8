import { type KubernetesObject, objectKey } from '../core/kubernetes.ts';
import { hasNetwork } from '../core/network/decode-pod.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import { targetKey, targetWithoutNode } from '../core/network/targets.ts';
import {
  type Finding,
  identityOf,
  type Judged,
  networkFinding,
  ordered,
  placesOf,
  whereabouts,
} from './findings.ts';
import type { Gathered } from './gather.ts';
import { networkFindings } from './network-findings.ts';
import { inferredNode, type Orphan, readOrphan } from './orphan-node.ts';
import type { Sourced } from './source/fleet.ts';

type Judgeable = Pick<Gathered, 'fleet' | 'judge' | 'now'>;

/** The rules that need no more of a node than its pod tells. */
const rules = ['listener-split', 'label-contract'];

/**
 * Asks the rules on listeners, labels and NetworkPolicies about Pods and StatefulSets whose SeiNode is not there. What is
 * wrong with the template of a StatefulSet is not said again of its pods, and a pod that is there is asked about for the
 * network in place of the one that its StatefulSet would make.
 *
 * @param parameters who may connect to the guarded ports.
 */
export function judgeOrphans(
  gathered: Judgeable,
  orphans: readonly Sourced<KubernetesObject>[],
  parameters: PolicyParameters,
): Judged {
  const read = orphans.map(readOrphan);
  const readable = read.flatMap(({ orphan }) => orphan ?? []);
  const groups = Map.groupBy(readable, ({ sourced, node }) =>
    objectKey(sourced.object.metadata.namespace, node),
  );
  const judged = [...groups.values()].flatMap(together => judgeTogether(together, gathered));
  const reached = judgeNetwork(readable, gathered, parameters);
  return {
    checked: judged.flatMap(({ checked }) => checked),
    findings: [...judged, reached].flatMap(({ findings }) => findings).toSorted(byObject),
    faults: [
      ...read.flatMap(({ faults }) => faults),
      ...judged.flatMap(({ faults }) => faults),
      ...reached.faults,
    ],
  };
}

/** What they say of one node. The Service of its name belongs to the StatefulSet, where there is one. */
function judgeTogether(together: readonly Orphan[], gathered: Judgeable): Judged[] {
  const first = together.find(isSet) ?? (together[0] as Orphan);
  const service = gathered.fleet.service(first.pod.metadata.namespace, first.node);
  const judged = judgeOrphan(first, gathered, service);
  const said = new Set(isSet(first) ? judged.findings.map(withoutSubject) : []);
  const others = together
    .filter(orphan => orphan !== first)
    .map(orphan => judgeOrphan(orphan, gathered))
    .map(other => ({ ...other, findings: other.findings.filter(found => !said.has(withoutSubject(found))) }));
  return [judged, ...others];
}

function judgeOrphan(orphan: Orphan, { judge, now }: Judgeable, service?: Sourced<KubernetesObject>): Judged {
  const { sourced } = orphan;
  const { object, place } = sourced;
  const violations = judge.violations({
    ...{ now, node: inferredNode(orphan), inferred: true },
    ...(object.kind === 'Pod' ? { pod: object } : { statefulSet: object }),
    ...(service && { service: service.object }),
  });
  if (!violations.ok) {
    const { kind, namespace, name } = identityOf(object);
    const message = `${kind} ${objectKey(namespace, name)}: ${violations.error}`;
    return { checked: [], findings: [], faults: [{ ...place, message }] };
  }
  const findings = violations.value
    .filter(({ rule }) => rules.includes(rule))
    .map(violation => ({
      ...ordered(violation, identityOf(object), undefined),
      ...whereabouts(violation.details.kind === 'Service' && service ? service : sourced, violation.field),
    }));
  return { checked: [sourced], findings, faults: [] };
}

function judgeNetwork(
  orphans: readonly Orphan[],
  gathered: Judgeable,
  parameters: PolicyParameters,
): Pick<Judged, 'findings' | 'faults'> {
  const live = orphans.filter(orphan => !isSet(orphan) && hasNetwork(orphan.pod));
  const made = orphans.filter(isSet);
  // What is there takes the place of what would be made.
  const asked = new Map([...made, ...live].map(orphan => [targetKey(targetWithoutNode(orphan.pod)), orphan]));
  const targets = [...asked.values()].map(({ pod }) => targetWithoutNode(pod));
  const found = networkFindings(gathered, targets, parameters);
  if (!found.ok) return { findings: [], faults: [{ message: `NetworkPolicies: ${found.error}` }] };
  const places = placesOf(gathered.fleet);
  return {
    findings: [...asked].flatMap(([key, { sourced }]) =>
      (found.value.get(key) ?? []).map(finding => networkFinding(sourced, finding, places)),
    ),
    faults: [],
  };
}

function isSet({ sourced }: Orphan): boolean {
  return sourced.object.kind === 'StatefulSet';
}

/** What a finding says of any object: messages begin with which it is. */
function withoutSubject({ rule, message }: Finding): string {
  return `${rule} ${message.replace(/^\w+ \S+: /, '')}`;
}

function byObject({ object: a }: Finding, { object: b }: Finding): number {
  const [left, right] = [a, b].map(({ namespace, name, kind }) => `${namespace} ${name} ${kind}`) as [
    string,
    string,
  ];
  return left < right ? -1 : Number(left > right);
}
