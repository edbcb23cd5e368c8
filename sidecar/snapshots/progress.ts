import type { TaskContext } from '../tasks/task.ts';

/** Tells how far a transfer has come, in the metrics at once and in the log every ten seconds. */
export type Progress = { readonly add: (bytes: number) => void };

/** @param total its bytes, or what they may come to. @param done what was there before. */
export function startProgress(
  { log, metrics: { snapshotBytes }, now }: TaskContext,
  direction: 'restore' | 'upload',
  total: number,
  done: number,
): Progress {
  let [transferred, told] = [done, +now()];
  snapshotBytes.set({ direction, of: 'total' }, total);
  snapshotBytes.set({ direction, of: 'transferred' }, transferred);
  const add = (bytes: number) => {
    transferred += bytes;
    snapshotBytes.set({ direction, of: 'transferred' }, transferred);
    // A clock that is set back must not silence the log.
    if (Math.abs(+now() - told) < 10_000) return;
    told = +now();
    const percent = Math.min(100, Math.floor((transferred / Math.max(1, total)) * 100));
    log.info(`snapshot ${direction} goes on`, { bytes: transferred, total, percent });
  };
  return { add };
}
