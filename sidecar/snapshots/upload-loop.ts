import { setTimeout as timer } from 'node:timers/promises';
import { longestTimer } from '../../core/duration.ts';
import { failure, type Result } from '../../core/result.ts';
import type { Bucket } from '../settings.ts';
import { SidecarStops, type TaskContext } from '../tasks/task.ts';
import { readLastUpload } from './begun.ts';
import { noBucket } from './keys.ts';
import { giveUp, type Upload, upload } from './upload.ts';

/** Waits. @throws where the signal is aborted meanwhile. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

const wait: Wait = (milliseconds, signal) =>
  timer(Math.min(milliseconds, longestTimer), undefined, { signal });

const minute = 60_000;

/**
 * Uploads a snapshot at the interval of the settings until the signal is aborted: it never ends by itself. A try that failed
 * is repeated after a minute, later each time, an hour at most.
 */
export async function uploadInTurn(context: TaskContext, pause: Wait = wait): Promise<Result<undefined>> {
  const { signal, settings } = context;
  const { snapshotBucket: bucket, snapshotUploadInterval: interval } = settings;
  if (bucket === undefined) return failure(noBucket);
  await tellLast(context);
  try {
    for (let failed = 0; ; ) {
      const came = await tryOnce(bucket, context);
      failed = came === undefined ? failed + 1 : 0;
      await pause(pauseAfter(came, failed, interval), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    // Whoever deletes the task wants nothing left of it; a sidecar that stops goes on with it.
    if (!(signal.reason instanceof SidecarStops)) await giveUp(context, AbortSignal.timeout(900));
    return failure('the upload of snapshots was stopped');
  }
}

/** A node whose first snapshots are still to come is not made to wait for all of an interval. */
function pauseAfter(came: Upload | undefined, failed: number, interval: number): number {
  if (came === undefined) return Math.min(interval, 60 * minute, minute * 2 ** (failed - 1));
  return came.outcome === 'too few' ? Math.min(interval, 10 * minute) : interval;
}

/** @returns what came of it, undefined where it failed. @throws the signal's reason. */
async function tryOnce(bucket: Bucket, context: TaskContext): Promise<Upload | undefined> {
  const { log, metrics, settings, signal } = context;
  const chain = settings.chainID;
  try {
    const came = await upload(bucket, context);
    log.info('a run of snapshot-upload ended', came);
    metrics.uploadOutcomes.inc({ chain, outcome: came.outcome === 'uploaded' ? 'uploaded' : 'noop' });
    metrics.uploadSucceeded.set({ chain }, Math.floor(+context.now() / 1000));
    if (came.outcome === 'uploaded') await tellLast(context);
    return came;
  } catch (error) {
    signal.throwIfAborted();
    log.error(error, 'a run of snapshot-upload failed and is tried again');
    metrics.uploadOutcomes.inc({ chain, outcome: 'error' });
    return undefined;
  }
}

/** What was uploaded last is told after a restart too. */
async function tellLast({ metrics, settings }: TaskContext): Promise<void> {
  const chain = settings.chainID;
  const { lastUploadedHeight, lastUploadedAt } = await readLastUpload(settings.home);
  if (lastUploadedHeight > 0) metrics.uploadedHeight.set({ chain }, lastUploadedHeight);
  if (lastUploadedAt !== undefined) metrics.uploaded.set({ chain }, lastUploadedAt);
}
