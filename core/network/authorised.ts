import { standsFor } from './admission.ts';
import type { NetworkPolicy, PodsSelector } from './network-policy.ts';
import type { NetworkAnswer, NetworkInput } from './question.ts';
import type { GuardedPort } from './targets.ts';

/** As whom a source may connect to a guarded port. */
export type Role = 'controller' | 'monitoring' | 'allowed';

/**
 * The same question with one more policy, which selects nothing: its peers are those of the parameters, so that the
 * answer says as well whom they stand for.
 */
export function withParameters(input: NetworkInput): NetworkInput {
  const { controller, monitoring, allow } = input.parameters;
  const from = [controller, monitoring, ...allow.map(({ from }) => from)].map(peerOf);
  const policy: NetworkPolicy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    // No namespace has this name.
    metadata: { namespace: '', name: 'parameters' },
    spec: { podSelector: {}, ingress: [{ from }] },
  };
  return { ...input, policies: [...input.policies, policy] };
}

/** A pod selector that is left out selects every pod of the namespaces. */
export function peerOf({ namespaceSelector, podSelector }: PodsSelector): PodsSelector {
  return { namespaceSelector, ...(podSelector && { podSelector }) };
}

/**
 * Looks up who is authorised (contract §6): the controller where tasks are, monitoring on the public port, and on a port
 * that `allow` names whom that says.
 *
 * @param answer to the question {@link withParameters}. @returns undefined for a source that is not.
 */
export function rolesOf(
  { policies, sources, parameters }: NetworkInput,
  { peers, who }: NetworkAnswer,
): (to: GuardedPort, source: number) => Role | undefined {
  const stands = [parameters.controller, parameters.monitoring, ...parameters.allow].map((_, peer) => {
    const index = peers[policies.length]?.[0]?.[peer] ?? -1;
    return sources.map(standsFor(who[index]));
  });
  return ({ port, guard }, source) => {
    if (guard === 'tasks' && stands[0]?.[source]) return 'controller';
    if (guard === 'public' && stands[1]?.[source]) return 'monitoring';
    const allowed = parameters.allow.some(
      ({ ports }, at) => ports.includes(port) && stands[at + 2]?.[source],
    );
    return allowed ? 'allowed' : undefined;
  };
}
