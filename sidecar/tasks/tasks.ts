import { markReady } from './mark-ready.ts';
import { snapshotRestore } from './snapshot-restore.ts';
import { snapshotUpload } from './snapshot-upload.ts';
import type { TaskKind } from './task.ts';

/** Every kind of task that is served, by its type (contract §3). */
export const taskKinds: Readonly<Record<string, TaskKind>> = {
  'mark-ready': markReady,
  'snapshot-restore': snapshotRestore,
  'snapshot-upload': snapshotUpload,
};
