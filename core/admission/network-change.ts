import { objectKey } from '../kubernetes.ts';
import { batchesOf } from '../network/batches.ts';
import { type CIDR, parseCIDR } from '../network/cidr.ts';
import { questionOf } from '../network/classes.ts';
import { peersIn } from '../network/mentions.ts';
import type { Network } from '../network/network.ts';
import type { NetworkPolicy, PolicyParameters } from '../network/network-policy.ts';
import type { Target } from '../network/targets.ts';
import type { NetworkViolation } from '../policy.ts';
import { type AdmissionJudge, type Finding, type Judged, joined, nothing } from './findings.ts';
import { isolatingAny } from './isolation.ts';
import { mostAtOnce, mostInAll, workOf } from './work.ts';

/** Policies and labels of namespaces as they are and as they would be, and the pods that are asked about. */
export type NetworkChange = {
  readonly before: Pick<Network, 'policies' | 'namespaces'>;
  readonly after: Pick<Network, 'policies' | 'namespaces'>;
  readonly targets: readonly Target[];
  readonly parameters: PolicyParameters;
  readonly caveats: Network['caveats'];
};

/**
 * Asks what a change makes worse at pods that policies isolate, some of them at a time: the first that it is worse at
 * decides, and what isolates others is not asked about.
 */
export function judgeEntries(change: NetworkChange, judge: AdmissionJudge): Judged {
  const judged: Judged[] = [];
  const queue = [...portions(change)];
  for (let [portion, spent] = [queue.shift(), 0]; portion !== undefined; portion = queue.shift()) {
    const part = restricted(change, portion.flat());
    const work = workOf(policiesOf(part));
    if (work > mostAtOnce && portion.length > 1) {
      const half = Math.ceil(portion.length / 2);
      queue.unshift(portion.slice(0, half), portion.slice(half));
      continue;
    }
    spent += work;
    judged.push(spent > mostInAll ? tooMuch : judgeChange(part, judge));
    if (spent > mostInAll || judged.at(-1)?.findings.some(({ violation }) => violation.severity === 'error'))
      break;
  }
  return joined(judged);
}

function restricted(change: NetworkChange, targets: readonly Target[]): NetworkChange {
  const side = ({ policies, namespaces }: NetworkChange['before']) => ({
    policies: isolatingAny(policies, targets),
    namespaces,
  });
  return { ...change, targets, before: side(change.before), after: side(change.after) };
}

function policiesOf({ before, after }: NetworkChange): NetworkPolicy[] {
  return [...before.policies, ...after.policies];
}

/** Pods by the policies that isolate them, few such kinds first. */
function portions(change: NetworkChange): Target[][][] {
  const policies = policiesOf(change);
  const isolating = (target: Target) =>
    policies.flatMap((policy, at) => (isolatingAny([policy], [target]).length > 0 ? [at] : [])).join();
  const kinds = [...Map.groupBy(change.targets, isolating).values()];
  const portions: Target[][][] = [];
  for (let [at, size] = [0, 4]; at < kinds.length; at += size, size = 32) {
    portions.push(kinds.slice(at, at + size));
  }
  return portions;
}

/**
 * Asks what a change of policies or namespaces makes worse at targets. Before and after are one question, taken apart once
 * the targets are numbered: so both number them alike.
 */
export function judgeChange(change: NetworkChange, judge: AdmissionJudge): Judged {
  const { before, after, targets, parameters, caveats } = change;
  if (targets.length === 0) return nothing;
  const policies = policiesOf(change);
  if (workOf(policies) > mostAtOnce) return tooMuch;
  const network = { policies, pods: [], namespaces: after.namespaces, caveats };
  const question = questionOf(network, targets, parameters, boundaries(policies));
  return joined(
    batchesOf(question).map(batch => {
      const { input } = batch;
      const first = before.policies.length;
      const namespaces = Object.fromEntries(before.namespaces);
      const answer = judge.networkWorse(
        { ...input, policies: input.policies.slice(first) },
        { ...input, policies: input.policies.slice(0, first), namespaces },
      );
      if (!answer.ok) return { ...nothing, unjudged: [`NetworkPolicies: ${answer.error}`] };
      return { findings: findingsAt(answer.value, batch.targets), unjudged: [] };
    }),
  );
}

const tooMuch: Judged = {
  ...nothing,
  unjudged: ['the NetworkPolicies around the nodes are too many or too large to be compared in time'],
};

/** One finding for the nodes where the same is said. */
export function findingsAt(
  violations: readonly NetworkViolation[],
  targets: readonly { readonly target: Target; readonly index: number }[],
): Finding[] {
  const nodes = Map.groupBy(targets, ({ index }) => index);
  const same = Map.groupBy(violations, ({ rule, severity, field, message }) =>
    JSON.stringify([rule, severity, field, message]),
  );
  return [...same.values()].map(group => {
    const [{ target: _, ...violation }] = group as [NetworkViolation];
    const at = group.flatMap(({ target }) => nodes.get(target) ?? []);
    const names = at.map(({ target }) => objectKey(target.namespace, target.node));
    return { violation, nodes: names.toSorted(), toldAtMost: false };
  });
}

/** Of blocks of addresses the ends, and what comes after: where one begins to hold what another does not. */
function boundaries(policies: readonly NetworkPolicy[]): string[] {
  const blocks = policies.flatMap(policy =>
    peersIn(policy).flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [])),
  );
  return [...new Set(blocks)].flatMap(text => {
    const cidr = parseCIDR(text);
    const next = cidr && after(cidr);
    return cidr === undefined ? [] : [written(cidr.address), ...(next ? [written(next)] : [])];
  });
}

/** The address after the last of a block; undefined where there is none. */
function after({ address, bits }: CIDR): readonly number[] | undefined {
  const bytes = address.map((byte, at) => byte | (0xff >> Math.min(8, Math.max(0, bits - at * 8))));
  const at = bytes.findLastIndex(byte => byte < 0xff);
  return at < 0 ? undefined : bytes.map((byte, each) => (each < at ? byte : each === at ? byte + 1 : 0));
}

function written(address: readonly number[]): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((address[at * 2]! << 8) | address[at * 2 + 1]!).toString(16),
  );
  return groups.join(':');
}
