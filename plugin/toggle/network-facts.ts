import { guardedTargets } from '../../core/findings/network-findings.ts';
import { judgeTargets } from '../../core/network/judgement.ts';
import { defaultParameters, type NetworkPolicy } from '../../core/network/network-policy.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { createJudge } from '../../wasm/judge.ts';

/**
 * What the rules on NetworkPolicies will find at the new pod.
 *
 * @param policies those of its namespace. @param node as it will be. @returns undefined where the rules could not be asked.
 */
export function networkFacts(
  policies: readonly NetworkPolicy[],
  node: SeiNode,
): readonly NetworkViolation[] | undefined {
  const network = { policies, pods: [], namespaces: new Map(), caveats: [] };
  const { networkViolations } = createJudge();
  const judged = judgeTargets(network, guardedTargets([node], []), defaultParameters, networkViolations);
  return judged.ok ? judged.value.flatMap(({ violations }) => violations) : undefined;
}
