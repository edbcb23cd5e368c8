import type {
  LabelSelector,
  Labels,
  NetworkPolicy,
  NetworkPolicyPeer,
  PolicyParameters,
} from './network-policy.ts';

/** What selectors name of a label: values by key. A key may be named without a value. */
type Named = Map<string, Set<string>>;

/** No label can have this value (Kubernetes API, meta/v1). */
const other = '?';

/**
 * Reduces the labels of pods to what the selectors of policies and parameters can tell apart: keys that some selector
 * names, and `?` for every value that none does, since a selector asks of a value only whether it is one that it names.
 *
 * @returns a function of a namespace and the labels of a pod in it: of policies elsewhere only peers that select
 * namespaces can mean it.
 */
export function reducer(
  policies: readonly NetworkPolicy[],
  { controller, monitoring, allow }: PolicyParameters,
): (namespace: string, labels: Labels) => Labels {
  const everywhere: Named = new Map();
  const inside = new Map<string, Named>();
  for (const { podSelector } of [controller, monitoring, ...allow.map(({ from }) => from)]) {
    note(everywhere, podSelector);
  }
  for (const policy of policies) {
    const own = inside.get(policy.metadata.namespace) ?? new Map();
    inside.set(policy.metadata.namespace, own);
    note(own, policy.spec?.podSelector);
    for (const peer of [...peersIn(policy), ...peersOut(policy)]) {
      note(peer.namespaceSelector ? everywhere : own, peer.podSelector);
    }
  }
  return (namespace, labels) => reduced(labels, [everywhere, inside.get(namespace) ?? new Map()]);
}

/** Whom a policy lets in, where its rules say. */
export function peersIn({ spec }: NetworkPolicy): NetworkPolicyPeer[] {
  return (spec?.ingress ?? []).flatMap(({ from }) => from ?? []);
}

/** Whom a policy lets out to, where its rules say. */
export function peersOut({ spec }: NetworkPolicy): NetworkPolicyPeer[] {
  return (spec?.egress ?? []).flatMap(({ to }) => to ?? []);
}

function note(named: Named, { matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): void {
  for (const [key, value] of Object.entries(matchLabels)) add(named, key, [value]);
  for (const { key, values = [] } of matchExpressions) add(named, key, values);
}

function add(named: Named, key: string, values: readonly string[]): void {
  const known = named.get(key) ?? new Set();
  named.set(key, known);
  for (const value of values) known.add(value);
}

function reduced(labels: Labels, named: readonly Named[]): Labels {
  const kept = Object.entries(labels)
    .filter(([key]) => named.some(keys => keys.has(key)))
    .map(([key, value]): [string, string] => [
      key,
      named.some(keys => keys.get(key)?.has(value)) ? value : other,
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept);
}
