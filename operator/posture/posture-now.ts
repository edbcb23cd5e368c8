import { ClusterError } from '../../cluster/error.ts';
import { pods } from '../../cluster/resource.ts';
import type { ConditionFacts } from '../../core/merge-conditions.ts';
import type { NetworkPod } from '../../core/network/network.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Objects } from '../objects.ts';
import { podOf } from '../observe.ts';
import type { Delay } from '../workers.ts';
import type { Posture } from './posture.ts';

export type Around = {
  readonly posture: Pick<Posture, 'of'>;
  readonly objects: Pick<Objects, 'cached' | 'read'>;
};

/** Milliseconds after which a pod is looked at again that no watch tells of. */
const unwatched = 5_000;

/**
 * The condition of a node as its pod is now. Whoever takes `sei.io/node` from a pod hides it from the policies that select
 * it, and from the operator's watch: so the pod that a running node lacks is asked for.
 */
export async function postureNow(
  node: SeiNode,
  { posture, objects }: Around,
): Promise<{ readonly facts: ConditionFacts | undefined; readonly again: Delay }> {
  const pod = podOf(node, objects) as NetworkPod | undefined;
  const isExpected = node.status?.phase === 'Running' && !node.metadata.deletionTimestamp;
  if (pod !== undefined || !isExpected) {
    return { facts: posture.of(node, pod), again: undefined };
  }
  try {
    const { namespace, name } = node.metadata;
    const hidden = (await objects.read(pods, namespace, `${name}-0`)) as NetworkPod | undefined;
    return { facts: posture.of(node, hidden), again: hidden && unwatched };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { facts: undefined, again: unwatched };
  }
}
