import { success } from '../../core/result.ts';
import type { TaskKind } from './task.ts';

/** Says that the node may start: once it is completed healthz answers 200, until the sidecar stops (contract §5). */
export const markReady: TaskKind = {
  params: { type: 'object', additionalProperties: false },
  exclusive: true,
  run: async () => success(undefined),
};
