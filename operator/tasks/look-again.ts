import { mendableTask } from '../../core/plan/mendable.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { lookAgainAtPVC } from './ensure-data-pvc.ts';
import type { Around, Executor, TaskResult } from './executor.ts';
import { executors } from './executors.ts';

/** What a look at what failed a plan says: whether it is mended, and the condition as it is now. */
export type LookedAgain = { readonly mended: boolean; readonly found?: TaskResult['found'] };

/**
 * Looks again at what failed the plan of a node, where people may mend it beside the spec: a Secret or a claim that is
 * invalid no more, be it that it is gone and another may come. Of any other node nothing is asked.
 *
 * @throws ClusterError where the API could not be asked.
 */
export async function lookAgain(node: SeiNode, around: Around): Promise<LookedAgain> {
  const { deletionTimestamp } = node.metadata;
  const task = node.status?.phase === 'Failed' && !deletionTimestamp && mendableTask(node.status.plan);
  if (!task) return { mended: false };
  const look: Executor = task.type === 'ensure-data-pvc' ? lookAgainAtPVC : executors[task.type]!;
  const { came, found } = await look(node, around, task);
  // What may not be read is waited for without a finding.
  const isMended = came.kind === 'complete' || (came.kind === 'waiting' && found !== undefined);
  return { mended: isMended, found };
}
