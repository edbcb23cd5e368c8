import { markReady } from './mark-ready.ts';
import type { TaskKind } from './task.ts';

/** Every kind of task that is served, by its type (contract §3). */
export const taskKinds: Readonly<Record<string, TaskKind>> = {
  'mark-ready': markReady,
};
