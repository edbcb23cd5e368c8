import { byKey } from '../order.ts';
import { selects } from './label-selector.ts';
import { peersIn, peersOut, reducer } from './mentions.ts';
import type { Network } from './network.ts';
import { type Labels, type NetworkPolicy, type PolicyParameters, policyTypesOf } from './network-policy.ts';
import type { Target } from './targets.ts';

/**
 * What of a network decides about the pods of one namespace, whoever connects to them: its own policies, and those that may
 * hold back the controller or monitoring where they are. Sorted by key: of two policies alike the first is named, whichever
 * was heard of first.
 */
export function surroundingsOf(namespace: string, network: Network, parameters: PolicyParameters): Network {
  const decides = (policy: NetworkPolicy) => {
    const own = policy.metadata.namespace;
    return own === namespace || mayHoldBack(policy, network, parameters);
  };
  return { ...network, policies: network.policies.filter(decides).toSorted(byKey) };
}

/** Whether a policy may keep the controller or monitoring in, where they are. */
export function mayHoldBack(
  policy: NetworkPolicy,
  { namespaces }: Pick<Network, 'namespaces'>,
  parameters: PolicyParameters,
): boolean {
  const labels = namespaces.get(policy.metadata.namespace) ?? {};
  return policyTypesOf(policy).includes('Egress') && isPrincipal(labels, parameters);
}

/** Whether a namespace with these labels may be the controller's or monitoring's. */
export function isPrincipal(labels: Labels, { controller, monitoring }: PolicyParameters): boolean {
  return [controller, monitoring].some(({ namespaceSelector }) => selects(namespaceSelector, labels));
}

/** Whether it matters to policies which labels namespaces have. */
export function readsNamespaces(policies: readonly NetworkPolicy[]): boolean {
  return policies.some(policy =>
    [...peersIn(policy), ...peersOut(policy)].some(({ namespaceSelector }) => namespaceSelector),
  );
}

/** Says of the pods of a namespace which ones nothing in its surroundings can tell apart: those of the same key. */
export function classifier({ policies }: Network, parameters: PolicyParameters): (target: Target) => string {
  const reduce = reducer(policies, parameters);
  const asksAddresses = policies.some(policy => peersOut(policy).some(({ ipBlock }) => ipBlock));
  return ({ namespace, labels, hostNetwork, addresses, containers, initContainers, ports }) =>
    JSON.stringify([
      ...[reduce(namespace, labels), hostNetwork, ports, asksAddresses ? addresses : []],
      containers.map(({ ports }) => ports),
      initContainers.map(({ restartPolicy, ports }) => [restartPolicy, ports]),
    ]);
}
