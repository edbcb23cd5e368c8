import { objectKey } from '../kubernetes.ts';
import { type Role, rolesOf, withParameters } from '../network/authorised.ts';
import { batchesOf } from '../network/batches.ts';
import { type Question, questionOf } from '../network/classes.ts';
import { selects } from '../network/label-selector.ts';
import { peersIn } from '../network/mentions.ts';
import type { NetworkPod } from '../network/network.ts';
import { type Labels, type NetworkPolicy, policyTypesOf } from '../network/network-policy.ts';
import { type Reach, reach } from '../network/reach.ts';
import type { GuardedPort, Target } from '../network/targets.ts';
import { pageOf, type Violation } from '../policy.ts';
import { type AdmissionJudge, type Finding, type Judged, joined, nothing } from './findings.ts';
import { isolatingAny, isSelected } from './isolation.ts';
import type { Surroundings } from './surroundings.ts';
import { mostInAll, workOf } from './work.ts';

/** Which guarded ports a pod reaches that it did not, and may not; and which no more that are for it. */
export function judgeSource(
  before: NetworkPod,
  after: NetworkPod,
  around: Surroundings,
  judge: AdmissionJudge,
): Judged {
  const { namespace } = after.metadata;
  const [from, to] = [before, after].map(({ metadata }) => around.reduced(namespace, metadata.labels ?? {}));
  if (JSON.stringify(from) === JSON.stringify(to)) return nothing;
  const { network, parameters, unjudged } = around.world;
  if (unjudged !== undefined) return { ...nothing, unjudged: [unjudged] };
  const tells = distinguishing(before, after, network.namespaces.get(namespace) ?? {});
  const outward = around.policiesIn(namespace).filter(policy => policyTypesOf(policy).includes('Egress'));
  const isHeldAnew = outward.some(
    policy =>
      isSelected(policy, before.metadata.labels ?? {}) !== isSelected(policy, after.metadata.labels ?? {}),
  );
  const telling = network.policies.filter(tells);
  // Where no policy that isolates a pod tells the labels apart, the same gets in as before.
  const targets = around
    .targetsIn()
    .filter(target => isHeldAnew || isolatingAny(inNamespaceOf(target, telling), [target]).length > 0);
  if (targets.length === 0) return nothing;
  const homes = Map.groupBy(targets, target => target.namespace);
  const inward = [...homes].flatMap(([home, there]) => isolatingAny(around.policiesIn(home), there));
  const policies = [...new Set([...inward, ...outward])];
  const pods = [before, after].map((pod, at) => named(pod, at));
  const question = questionOf({ ...network, pods, policies }, targets, parameters);
  if (workOf(policies) > mostInAll)
    return {
      ...nothing,
      unjudged: ['the NetworkPolicies around the nodes are too many to be judged in time'],
    };
  return joined(batchesOf(question).map(batch => judgeBatch(batch, after, judge)));
}

/** Whether a policy has a peer that stands for a pod with one of its labels and not with the others. */
function distinguishing(
  before: NetworkPod,
  after: NetworkPod,
  labels: Labels,
): (policy: NetworkPolicy) => boolean {
  const { namespace } = after.metadata;
  const space = { ...labels, 'kubernetes.io/metadata.name': namespace };
  const [former, present] = [before, after].map(({ metadata }) => metadata.labels ?? {}) as [Labels, Labels];
  return policy =>
    peersIn(policy).some(({ namespaceSelector, podSelector = {} }) => {
      const isThere = namespaceSelector
        ? selects(namespaceSelector, space)
        : policy.metadata.namespace === namespace;
      return isThere && selects(podSelector, former) !== selects(podSelector, present);
    });
}

function inNamespaceOf({ namespace }: Target, policies: readonly NetworkPolicy[]): NetworkPolicy[] {
  return policies.filter(({ metadata }) => metadata.namespace === namespace);
}

/** One after the other where pods are sorted. */
function named(pod: NetworkPod, at: number): NetworkPod {
  return { ...pod, metadata: { ...pod.metadata, name: String(at) } };
}

function judgeBatch(question: Question, pod: NetworkPod, judge: AdmissionJudge): Judged {
  const answer = judge.reach(withParameters(question.input));
  if (!answer.ok) return { ...nothing, unjudged: [`NetworkPolicies: ${answer.error}`] };
  const roleOf = rolesOf(question.input, answer.value);
  const found = [...reach(question, answer.value)].flatMap(to => {
    const [before, after] = question.pods.map(({ source }) => roleOf(to, source));
    const violation = judgePort(to, { before, after }, pod);
    return violation === undefined ? [] : [{ to, violation }];
  });
  return { findings: groups(found), unjudged: [] };
}

/** By index of the pod: before, after. */
function judgePort(
  to: Reach,
  roles: { readonly before: Role | undefined; readonly after: Role | undefined },
  { metadata }: NetworkPod,
): Violation | undefined {
  const pod = objectKey(metadata.namespace, metadata.name);
  const [denied, open] = [new Set(to.reached.denied), new Set(to.reached.from)];
  if (denied.has(0) && open.has(1) && roles.after === undefined) return gained(to, pod);
  const isPrincipal = roles.before === 'controller' || roles.before === 'monitoring';
  return open.has(0) && denied.has(1) && isPrincipal ? lost(to, pod, roles.before) : undefined;
}

function gained({ port, guard }: GuardedPort, pod: string): Violation {
  const rule = guard === 'tasks' ? 'netpol-tasks-port' : 'netpol-public-port';
  return {
    ...{ rule, severity: 'error', field: 'metadata.labels' },
    message: `with these labels pod ${pod} can connect to ${port}, and it may not`,
    details: { port, pod },
    fix: `Leave out the labels that NetworkPolicies let in by, or say in the parameters that the pod may connect to ${port}.`,
    docs: pageOf(rule),
  };
}

/** One pod of monitoring is enough, of the controller each is needed. */
function lost({ port }: GuardedPort, pod: string, role: Role | undefined): Violation {
  return {
    ...{
      rule: 'netpol-blocked',
      severity: role === 'controller' ? 'error' : 'warning',
      field: 'metadata.labels',
    },
    message: `with these labels pod ${pod} of ${role === 'controller' ? 'the controller' : 'monitoring'} can no longer connect to ${port}`,
    details: { port, from: pod },
    fix: 'Keep the labels that NetworkPolicies let the pod in by.',
    docs: pageOf('netpol-blocked'),
  };
}

function groups(found: readonly { readonly to: Reach; readonly violation: Violation }[]): Finding[] {
  return [...Map.groupBy(found, ({ violation }) => JSON.stringify(violation)).values()].map(group => ({
    violation: group[0]!.violation,
    nodes: group.map(({ to: { target } }) => objectKey(target.namespace, target.node)),
    toldAtMost: false,
  }));
}
