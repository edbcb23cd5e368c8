import type { LabelSelector, Labels } from './network-policy.ts';

/**
 * Whether labels satisfy a selector (Kubernetes API, meta/v1). It says what is worth being handed to the rules; who is
 * let in they alone judge.
 */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(expression => holds(expression, labels))
  );
}

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

/** NotIn holds for a label that is not there. */
function holds({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
