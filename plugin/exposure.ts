import { guardedTargets } from '../core/findings/network-findings.ts';
import { objectKey } from '../core/kubernetes.ts';
import { judgeTargets, type TargetViolations } from '../core/network/judgement.ts';
import type { Network } from '../core/network/network.ts';
import { type PolicyParameters, policyTypesOf } from '../core/network/network-policy.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Judge } from '../wasm/judge.ts';
import type { Fault, Fleet, Sourced } from './source/fleet.ts';

/** Guarded ports of a node that others reach than who may (contract §6), and those of which nobody knows. */
export type Exposure = { readonly open: readonly number[]; readonly unknown: readonly number[] };

type Judgeable = {
  readonly fleet: Pick<Fleet, 'network'>;
  readonly nodes: readonly Sourced<SeiNode>[];
  readonly judge: Judge;
};

/**
 * Judges which guarded ports of nodes are exposed. Only policies decide that, so that no pod is asked about but the
 * nodes' own.
 *
 * @returns by `NAMESPACE/NAME` of the node, empty where the rules could not be asked.
 */
export function exposuresOf(
  { fleet: { network }, nodes, judge }: Judgeable,
  parameters: PolicyParameters,
): { readonly exposures: ReadonlyMap<string, Exposure>; readonly faults: readonly Fault[] } {
  const targets = guardedTargets(
    nodes.map(({ object }) => object),
    network.pods,
  );
  const judged = judgeTargets(incoming(network), targets, parameters, judge.networkViolations);
  return judged.ok
    ? { exposures: new Map(judged.value.flatMap(exposuresIn)), faults: [] }
    : { exposures: new Map(), faults: [{ message: `NetworkPolicies: ${judged.error}` }] };
}

/** What decides who comes in: no pod that leaves, and no policy that only holds back who does. */
function incoming({ policies, ...network }: Network): Network {
  const isolating = policies.filter(policy => policyTypesOf(policy).includes('Ingress'));
  return {
    ...network,
    pods: [],
    policies: isolating.map(policy => ({
      ...policy,
      spec: { ...policy.spec, policyTypes: ['Ingress' as const], egress: [] },
    })),
  };
}

const rules = ['netpol-tasks-port', 'netpol-public-port'];

function exposuresIn({ targets, violations }: TargetViolations): [string, Exposure][] {
  const found = violations.filter(({ rule }) => rules.includes(rule));
  const ports = (certain: boolean) =>
    found
      .filter(({ severity }) => (severity === 'error') === certain)
      .map(({ details }) => Number(details.port))
      .toSorted((a, b) => a - b);
  const exposure = { open: ports(true), unknown: ports(false) };
  return targets.map(({ namespace, node }) => [objectKey(namespace, node), exposure]);
}
