import { peersIn, peersOut } from '../network/mentions.ts';
import type { LabelSelector, NetworkPolicy, NetworkPolicyPeer } from '../network/network-policy.ts';
import { type Fields, isFields } from '../schema/structural.ts';

/** How much one policy may ask, one question, and all questions about one request (measured in ADR 28). */
const mostOfPolicy = 300;
export const mostAtOnce = 700;
export const mostInAll = 3000;
/** Fields and items that a policy may have to be decoded at all: many times those of one that is small enough to be judged. */
export const mostFields = 20_000;

/** Why a policy is too large to be judged in time; undefined where it is not. */
export function tooLarge(policy: NetworkPolicy): string | undefined {
  const work = workOf([policy]);
  if (work <= mostOfPolicy) return undefined;
  const peers = distinctPeers([policy]).length;
  return `the NetworkPolicy is too large to be judged: ${peers} different peers ask ${work} things of pods, and ${mostOfPolicy} are the most; split it`;
}

/**
 * Of a policy that is too large to be decoded in time what says whom it is about: of its rules there is left only whether
 * some are for those who leave. Undefined where it is not too large.
 *
 * @param policy as the API server sent it, not decoded.
 */
export function hollowed(policy: Fields): Fields | undefined {
  const { spec } = policy;
  if (!isFields(spec) || !exceeds(spec, mostFields)) return undefined;
  const { podSelector, policyTypes, egress } = spec;
  // One that is too large itself may select any pod.
  const selector = exceeds([podSelector, policyTypes], mostFields)
    ? { podSelector: {} }
    : { podSelector, policyTypes };
  return { ...policy, spec: { ...selector, egress: Array.isArray(egress) && egress.length > 0 ? [{}] : [] } };
}

/** Whether a value has more fields and items than so many; counts no further. */
function exceeds(value: unknown, most: number): boolean {
  const left = [value];
  for (let count = 0; left.length > 0; ) {
    const each = left.pop();
    const within = Array.isArray(each) ? each : isFields(each) ? Object.values(each) : [];
    count += within.length;
    if (count > most) return true;
    for (const inner of within) left.push(inner);
  }
  return false;
}

/** A measure of what a question costs: each different peer, what its selectors ask for, and a tenth of each value. */
export function workOf(policies: readonly NetworkPolicy[]): number {
  const sizes = distinctPeers(policies).map(
    ({ podSelector, namespaceSelector, ipBlock }) =>
      1 + sizeOf(podSelector) + sizeOf(namespaceSelector) + (ipBlock?.except?.length ?? 0),
  );
  const selecting = policies.map(({ spec }) => sizeOf(spec?.podSelector));
  const rules = policies.map(({ spec }) => rulesOf(spec?.ingress) + rulesOf(spec?.egress));
  return Math.ceil([...sizes, ...selecting, ...rules].reduce((sum, size) => sum + size, 0));
}

function distinctPeers(policies: readonly NetworkPolicy[]): NetworkPolicyPeer[] {
  const peers = policies.flatMap(policy => [...peersIn(policy), ...peersOut(policy)]);
  return [...new Map(peers.map(peer => [JSON.stringify(peer), peer])).values()];
}

/** Rules and entries of ports are looked through, and cost little. */
function rulesOf(rules: readonly { readonly ports?: readonly unknown[] }[] = []): number {
  return rules.reduce((sum, { ports = [] }) => sum + (1 + ports.length) / 10, 0);
}

function sizeOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): number {
  return matchExpressions.reduce(
    (sum, { values = [] }) => sum + 1 + values.length / 10,
    Object.keys(matchLabels).length,
  );
}
