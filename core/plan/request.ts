import { failure, type Result, success } from '../result.ts';
import type { PlannedTask, SeiNode } from '../seinode.ts';
import { peerSources, type TaskParams } from './params.ts';

/** The body of POST /v0/tasks (contract §5). */
export type TaskRequest = { readonly id: string; readonly type: string; readonly params?: TaskParams };

/**
 * What is sent to the sidecar for a task of a plan.
 *
 * @param node as it is now: peers found by a label come from status as the task is sent, not as the plan was made, for
 * nodes that are created together do not see each other yet.
 * @returns else what the task waits for.
 */
export function taskRequest({ id, type, params }: PlannedTask, node: SeiNode): Result<TaskRequest> {
  if (type === 'discover-peers') {
    const sources = peerSources(node);
    return sources.length > 0
      ? success({ id, type, params: { sources } })
      : failure('no SeiNode matches the labels in spec.peers yet');
  }
  const sent = wireParams(params ?? {});
  return success({ id, type, ...(Object.keys(sent).length > 0 && { params: sent }) });
}

/** The reference controller stores Go's field names (TargetHeight) with their zero values, and sends targetHeight. */
function wireParams(params: TaskParams): TaskParams {
  return Object.fromEntries(Object.entries(params).flatMap(wireParam));
}

function wireParam([key, value]: [string, unknown]): [string, unknown][] {
  if (!/^[A-Z]/.test(key)) return [[key, value]];
  return value ? [[key[0]!.toLowerCase() + key.slice(1), value]] : [];
}
