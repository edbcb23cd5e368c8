import { objectKey } from '../core/kubernetes.ts';
import { judgeTargets, type TargetViolations } from '../core/network/judgement.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import { type Repair, repairer } from '../core/network/repair.ts';
import { guardedPorts, type Target, targetKey, targetsOf } from '../core/network/targets.ts';
import type { NetworkViolation } from '../core/policy.ts';
import { podName } from '../core/resources/names.ts';
import { type Result, success } from '../core/result.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Gathered } from './gather.ts';
import { sortedKeys, toYAML } from './output/structured.ts';

/** A violation at a node's pod, and what mends it. */
export type NetworkFinding = { readonly violation: NetworkViolation; readonly repair?: Repair };

/**
 * Asks the rules on NetworkPolicies about pods.
 *
 * @returns findings by pod, `NAMESPACE/NAME`; a failure where the rules could not be asked.
 */
export function networkFindings(
  { fleet: { network }, judge }: Pick<Gathered, 'fleet' | 'judge'>,
  targets: readonly Target[],
  parameters: PolicyParameters,
): Result<ReadonlyMap<string, readonly NetworkFinding[]>> {
  const judged = judgeTargets(network, targets, parameters, judge.networkViolations);
  if (!judged.ok) return judged;
  const found = new Map<string, readonly NetworkFinding[]>();
  for (const [, classes] of Map.groupBy(judged.value, namespaceOf)) {
    const repairOf = repairer({
      network,
      targets: classes.flatMap(({ targets: [one] }) => (one === undefined ? [] : [one])),
      parameters,
      ask: judge.networkViolations,
    });
    for (const { targets: alike, violations } of classes) {
      const findings = violations.map(violation => {
        const repair = repairOf(violation, alike[0] as Target);
        return { violation, ...(repair && { repair }) };
      });
      for (const target of alike) found.set(targetKey(target), findings);
    }
  }
  return success(found);
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

/** A repair as people apply it, in YAML: JSON Patches of policies (RFC 6902), and a manifest of one that is not there yet. */
export function repairDetails({ patches, create }: Repair): object {
  return {
    ...(patches.length > 0 && {
      patches: patches.map(({ policy, operations }) => ({ policy, patch: toYAML(sortedKeys(operations)) })),
    }),
    ...(create && { create: toYAML({ ...create }) }),
  };
}
