import type { SeiNode } from '../seinode.ts';
import type { Decision } from './decision.ts';
import type { Journal } from './journal.ts';
import { keptAnnotation } from './manifest.ts';

/**
 * Makes sure that a node stays which was to be deleted; undefined where that is sure. Whoever worked on the toggle before may
 * have sent a delete that has not come yet. It names the resourceVersion that it saw, so any write to the node since has it
 * refused, and nothing that protects the volume is undone before. Once a toggle goes back, it does not delete that node again.
 */
export function kept({ deleting, number, times }: Journal, node: SeiNode): Decision | undefined {
  const mark = `${number} ${times[0]?.at}`;
  const { uid, annotations } = node.metadata;
  return deleting !== uid || annotations?.[keptAnnotation] === mark
    ? undefined
    : { kind: 'keep node', node, mark };
}
