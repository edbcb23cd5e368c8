import { selects } from '../network/label-selector.ts';
import { type NetworkPolicy, policyTypesOf } from '../network/network-policy.ts';
import type { Target } from '../network/targets.ts';

/** Of policies of one namespace those that decide who gets in to some of its pods. */
export function isolatingAny(
  policies: readonly NetworkPolicy[],
  targets: readonly Target[],
): NetworkPolicy[] {
  return policies.filter(
    policy =>
      policyTypesOf(policy).includes('Ingress') && targets.some(({ labels }) => isSelected(policy, labels)),
  );
}

/** Whether a policy selects pods with these labels. */
export function isSelected({ spec }: NetworkPolicy, labels: Target['labels']): boolean {
  return selects(spec?.podSelector ?? {}, labels);
}
