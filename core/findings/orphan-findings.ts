import { type KubernetesObject, objectKey } from '../kubernetes.ts';
import { hasNetwork } from '../network/decode-pod.ts';
import { targetKey, targetWithoutNode } from '../network/targets.ts';
import { type Found, foundAt, identityOf, type Judgement } from './finding.ts';
import type { Judgeable } from './judgeable.ts';
import { networkFindings } from './network-findings.ts';
import { inferredNode, type Orphan, readOrphan } from './orphan-node.ts';

/** The rules that need no more of a node than its pod tells. */
const rules = ['listener-split', 'label-contract'];

/**
 * Asks the rules on listeners, labels and NetworkPolicies about Pods and StatefulSets whose SeiNode is not there. What is
 * wrong with the template of a StatefulSet is not said again of its pods, and a pod that is there is asked about for the
 * network in place of the one that its StatefulSet would make.
 */
export function judgeOrphans(orphans: readonly KubernetesObject[], judgeable: Judgeable): Judgement {
  const read = orphans.map(readOrphan);
  const readable = read.flatMap(({ orphan }) => orphan ?? []);
  const groups = Map.groupBy(readable, ({ object, node }) => objectKey(object.metadata.namespace, node));
  const judged = [...groups.values()].flatMap(together => judgeTogether(together, judgeable));
  const reached = judgeNetwork(readable, judgeable);
  return {
    checked: judged.flatMap(({ checked }) => checked),
    found: [...judged, reached].flatMap(({ found }) => found).toSorted(byObject),
    unjudged: [
      ...read.flatMap(({ unjudged }) => unjudged),
      ...judged.flatMap(({ unjudged }) => unjudged),
      ...reached.unjudged,
    ],
  };
}

/** What they say of one node. The Service of its name belongs to the StatefulSet, where there is one. */
function judgeTogether(together: readonly Orphan[], judgeable: Judgeable): Judgement[] {
  const first = together.find(isSet) ?? (together[0] as Orphan);
  const service = judgeable.around.service(first.pod.metadata.namespace, first.node);
  const judged = judgeOrphan(first, judgeable, service);
  const said = new Set(isSet(first) ? judged.found.map(withoutSubject) : []);
  const others = together
    .filter(orphan => orphan !== first)
    .map(orphan => judgeOrphan(orphan, judgeable))
    .map(other => ({ ...other, found: other.found.filter(found => !said.has(withoutSubject(found))) }));
  return [judged, ...others];
}

function judgeOrphan(orphan: Orphan, { judge, now }: Judgeable, service?: KubernetesObject): Judgement {
  const { object } = orphan;
  const violations = judge.violations({
    ...{ now, node: inferredNode(orphan), inferred: true },
    ...(object.kind === 'Pod' ? { pod: object } : { statefulSet: object }),
    ...(service && { service }),
  });
  if (!violations.ok) {
    const { kind, namespace, name } = identityOf(object);
    const message = `${kind} ${objectKey(namespace, name)}: ${violations.error}`;
    return { checked: [], found: [], unjudged: [{ at: identityOf(object), message }] };
  }
  const found = violations.value
    .filter(({ rule }) => rules.includes(rule))
    .map(violation => foundAt(violation, object, violation.details.kind === 'Service' ? service : object));
  return { checked: [object], found, unjudged: [] };
}

function judgeNetwork(
  orphans: readonly Orphan[],
  judgeable: Judgeable,
): Pick<Judgement, 'found' | 'unjudged'> {
  const live = orphans.filter(orphan => !isSet(orphan) && hasNetwork(orphan.pod));
  const made = orphans.filter(isSet);
  // What is there takes the place of what would be made.
  const asked = new Map([...made, ...live].map(orphan => [targetKey(targetWithoutNode(orphan.pod)), orphan]));
  const targets = [...asked.values()].map(({ pod }) => targetWithoutNode(pod));
  const reached = networkFindings(judgeable, targets);
  if (!reached.ok) return { found: [], unjudged: [{ message: `NetworkPolicies: ${reached.error}` }] };
  return { found: [...asked].flatMap(([pod, { object }]) => reached.value(pod, object)), unjudged: [] };
}

function isSet({ object }: Orphan): boolean {
  return object.kind === 'StatefulSet';
}

/** What a finding says of any object: messages begin with which it is. */
function withoutSubject({ rule, message }: Found): string {
  return `${rule} ${message.replace(/^\w+ \S+: /, '')}`;
}

function byObject({ object: a }: Found, { object: b }: Found): number {
  const [left, right] = [a, b].map(({ namespace, name, kind }) => `${namespace} ${name} ${kind}`) as [
    string,
    string,
  ];
  return left < right ? -1 : Number(left > right);
}
