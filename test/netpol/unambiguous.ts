import type { LabelSelector, NetworkPolicy } from '../../core/network/network-policy.ts';
import type { Case } from './case.ts';

/**
 * A case in words that leave cyclonus no choice. It reads `NotIn` and `key: ''` otherwise than the API where a label is
 * absent, so every absent label gets a value of its own here, and is asked for by that value: the verdicts are the same
 * by the API's text. Defaults of the API server are written out, which cyclonus does not know.
 */
export function unambiguous(one: Case): Case {
  const selectors = one.policies.flatMap(selectorsOf);
  const keys = new Set(
    selectors.flatMap(({ matchLabels = {}, matchExpressions = [] }) => [
      ...Object.keys(matchLabels),
      ...matchExpressions.map(({ key }) => key),
    ]),
  );
  const blank = Object.fromEntries([...keys].map(key => [key, absent]));
  return {
    ...one,
    namespaces: Object.fromEntries(
      Object.entries(one.namespaces).map(([name, labels]) => [
        name,
        { ...blank, ...labels, 'kubernetes.io/metadata.name': name },
      ]),
    ),
    pods: one.pods.map(pod => ({ ...pod, labels: { ...blank, ...pod.labels } })),
    policies: one.policies.map(policy => withTypes(replaced(policy, inWords))),
  };
}

/** No label can have this value. */
const absent = '-absent-';

function inWords({ matchLabels, matchExpressions = [] }: LabelSelector): LabelSelector {
  return {
    ...(matchLabels && { matchLabels }),
    matchExpressions: matchExpressions.map(requirement => {
      const { key, operator } = requirement;
      if (operator === 'Exists') return { key, operator: 'NotIn', values: [absent] };
      return operator === 'DoesNotExist' ? { key, operator: 'In', values: [absent] } : requirement;
    }),
  };
}

/** `Egress` only where there are egress rules, as the API server does. */
function withTypes(policy: NetworkPolicy): NetworkPolicy {
  const { spec = {} } = policy;
  const implied = (spec.egress ?? []).length > 0 ? (['Ingress', 'Egress'] as const) : (['Ingress'] as const);
  const given = spec.policyTypes ?? [];
  return { ...policy, spec: { ...spec, policyTypes: given.length > 0 ? given : implied } };
}

function selectorsOf(policy: NetworkPolicy): LabelSelector[] {
  const found: LabelSelector[] = [];
  replaced(policy, selector => {
    found.push(selector);
    return selector;
  });
  return found;
}

/** A policy with every one of its selectors replaced. */
function replaced(policy: NetworkPolicy, replace: (selector: LabelSelector) => LabelSelector): NetworkPolicy {
  const inside = (value: unknown, name?: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (name === 'podSelector' || name === 'namespaceSelector') return replace(value);
    return Array.isArray(value)
      ? value.map(item => inside(item))
      : Object.fromEntries(Object.entries(value).map(([key, field]) => [key, inside(field, key)]));
  };
  return inside(policy) as NetworkPolicy;
}
