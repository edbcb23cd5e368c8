import { type KubernetesObject, objectKey } from '../kubernetes.ts';
import { judgeTargets, type TargetViolations } from '../network/judgement.ts';
import { type Repair, repairer } from '../network/repair.ts';
import { guardedPorts, type Target, targetKey, targetsOf } from '../network/targets.ts';
import type { NetworkViolation } from '../policy.ts';
import { podName } from '../resources/names.ts';
import { type Result, success } from '../result.ts';
import type { SeiNode } from '../seinode.ts';
import { type Found, foundAt } from './finding.ts';
import type { Judgeable } from './judgeable.ts';

/** A violation at a node's pod, and what mends it. */
type NetworkFinding = { readonly violation: NetworkViolation; readonly repair?: Repair };

/**
 * Asks the rules on NetworkPolicies about pods.
 *
 * @returns what they find at the pod `NAMESPACE/NAME`, as findings of an object: they are to be mended in the policy at
 * fault. A failure where the rules could not be asked.
 */
export function networkFindings(
  { around: { network }, judge, parameters, repairs }: Omit<Judgeable, 'now'>,
  targets: readonly Target[],
): Result<(pod: string, object: KubernetesObject) => readonly Found[]> {
  const judged = judgeTargets(network, targets, parameters, judge.networkViolations);
  if (!judged.ok) return judged;
  const found = new Map<string, readonly NetworkFinding[]>();
  for (const [, classes] of Map.groupBy(judged.value, namespaceOf)) {
    const asked = classes.flatMap(({ targets: [one] }) => (one === undefined ? [] : [one]));
    const repairOf = repairer({ network, targets: asked, parameters, ask: judge.networkViolations });
    for (const { targets: alike, violations } of classes) {
      const findings = violations.map(violation => {
        const repair = repairs ? repairOf(violation, alike[0] as Target) : undefined;
        return { violation, ...(repair && { repair }) };
      });
      for (const target of alike) found.set(targetKey(target), findings);
    }
  }
  const policies = new Map(network.policies.map(policy => [keyOf(policy), policy]));
  return success((pod, object) =>
    (found.get(pod) ?? []).map(({ violation: { target: _, ...violation }, repair }) => ({
      ...foundAt(violation, object, policies.get(String(violation.details.policy))),
      ...(repair && { repair }),
    })),
  );
}

/** The nodes' own pods, with the ports that the rules judge. */
export function guardedTargets(nodes: readonly SeiNode[], pods: Parameters<typeof targetsOf>[1]): Target[] {
  const byPod = new Map(
    nodes.map(node => [objectKey(node.metadata.namespace, podName(node)), node] as const),
  );
  return targetsOf(nodes, pods).flatMap(target => {
    const node = byPod.get(objectKey(target.namespace, target.name));
    return node === undefined ? [] : [{ ...target, ports: guardedPorts(node) }];
  });
}

function namespaceOf({ targets }: TargetViolations): string {
  return targets[0]?.namespace ?? '';
}

function keyOf({ metadata }: KubernetesObject): string {
  return objectKey(metadata.namespace, metadata.name);
}
