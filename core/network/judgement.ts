import type { NetworkViolation } from '../policy.ts';
import { type Result, success } from '../result.ts';
import { batchesOf } from './batches.ts';
import { questionOf } from './classes.ts';
import type { Network } from './network.ts';
import { type NetworkPolicy, type PolicyParameters, policyTypesOf } from './network-policy.ts';
import type { NetworkInput } from './question.ts';
import type { Target } from './targets.ts';

/** Asks the rules on NetworkPolicies about a network. */
export type AskNetwork = (input: NetworkInput) => Result<readonly NetworkViolation[]>;

/** Targets of one namespace that the rules cannot tell apart, and what they find at each of them. */
export type TargetViolations = {
  readonly targets: readonly Target[];
  readonly violations: readonly NetworkViolation[];
};

/**
 * What the rules on NetworkPolicies find at targets: one question for each of their namespaces.
 *
 * @returns each target once; a failure where the rules could not be asked.
 */
export function judgeTargets(
  network: Network,
  targets: readonly Target[],
  parameters: PolicyParameters,
  ask: AskNetwork,
): Result<readonly TargetViolations[]> {
  const found: TargetViolations[] = [];
  for (const [namespace, among] of Map.groupBy(targets, target => target.namespace)) {
    const around = { ...network, policies: policiesAround(network.policies, namespace) };
    for (const { input, targets: asked } of batchesOf(questionOf(around, among, parameters))) {
      const answer = ask(input);
      if (!answer.ok) return answer;
      const violations = Map.groupBy(answer.value, ({ target }) => target);
      for (const [index, alike] of Map.groupBy(asked, each => each.index)) {
        found.push({ targets: alike.map(({ target }) => target), violations: violations.get(index) ?? [] });
      }
    }
  }
  return success(found);
}

/** The policies that decide who reaches pods of a namespace: its own, and those that hold others back at their side. */
function policiesAround(policies: readonly NetworkPolicy[], namespace: string): NetworkPolicy[] {
  return policies.filter(
    policy => policy.metadata.namespace === namespace || policyTypesOf(policy).includes('Egress'),
  );
}
