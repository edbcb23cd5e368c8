import type { AskNetwork } from './judgement.ts';
import type { NetworkPolicy } from './network-policy.ts';
import type { NetworkInput, Through } from './question.ts';
import type { GuardedPort } from './targets.ts';

/** Whether a peer would let others in than who may connect: to that it makes no difference who is there now. */
export type Opening = 'open' | 'undecided' | 'guarded';

/**
 * Asks the rules of a peer what they would say of a pod that it alone lets somebody in to (contract §6), once for each
 * peer and port.
 *
 * @returns `undecided` as well where the rules could not be asked.
 */
export function openingsOf(
  { policies, namespaces, parameters }: NetworkInput,
  ask: AskNetwork,
): (to: GuardedPort, through: Through) => Opening {
  const known = new Map<string, Opening>();
  return (to, through) => {
    const policy = aloneIn(policies[through.policy], through);
    const key = JSON.stringify([policy.metadata.namespace, policy.spec, to.port, to.guard]);
    const opening = known.get(key) ?? openingIn({ ...behind(policy, to), namespaces, parameters }, ask);
    known.set(key, opening);
    return opening;
  };
}

/** An ordinary pod that one policy selects. */
function behind(
  policy: NetworkPolicy,
  { port, guard }: GuardedPort,
): Omit<NetworkInput, 'namespaces' | 'parameters'> {
  const { namespace } = policy.metadata;
  const pod = { labels: {}, hostNetwork: false, containers: [], initContainers: [], addresses: [] };
  const targets = [{ ...pod, namespace, ports: [{ port, ...(guard && { guard }) }] }];
  return { policies: [policy], targets, labelSets: [], sources: [], addresses: [], caveats: [] };
}

/** A policy with that peer and nothing else, on every port. A peer that names its namespaces means the same in any. */
function aloneIn(policy: NetworkPolicy | undefined, { rule, peer }: Through): NetworkPolicy {
  const given = peer === null ? undefined : policy?.spec?.ingress?.[rule]?.from?.[peer];
  const isOwn = given?.podSelector !== undefined && given.namespaceSelector === undefined;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: (isOwn && policy?.metadata.namespace) || 'default', name: 'alone' },
    spec: { podSelector: {}, ingress: [given ? { from: [given] } : {}] },
  };
}

function openingIn(input: NetworkInput, ask: AskNetwork): Opening {
  const judged = ask(input);
  if (!judged.ok) return 'undecided';
  const has = (what: 'openings' | 'undecided') => judged.value.some(({ details }) => what in details);
  return has('openings') ? 'open' : has('undecided') ? 'undecided' : 'guarded';
}
