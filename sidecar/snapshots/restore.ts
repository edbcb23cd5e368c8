import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';
import { chainAt } from '../home/chain.ts';
import { isMarked, mark } from '../home/markers.ts';
import { s3Client } from '../s3/client.ts';
import { type Store, StoreFault } from '../s3/store.ts';
import type { Bucket } from '../settings.ts';
import type { TaskContext } from '../tasks/task.ts';
import { download, type Fetching, fetching, missing } from './download.ts';
import { extract } from './extract.ts';
import { type Archive, findArchive } from './find.ts';
import { noBucket } from './keys.ts';
import { Ledger } from './ledger.ts';
import { makeUnpacked, onlyRemains, putInPlace } from './place.ts';
import { startProgress } from './progress.ts';
import { enoughSpace, type FreeBytes, freeBytes, margin } from './space.ts';

/** What a test may want otherwise. */
export type Restoring = { readonly fetching: Fetching; readonly freeBytes: FreeBytes };

/**
 * Brings the snapshot of the highest height, up to targetHeight where it is not 0, from the bucket into data/snapshots; once
 * and for all, and never where a chain is. What was fetched before a death is not fetched again.
 *
 * @throws a StoreFault, a fault of the file system, the signal's reason.
 */
export async function restore(
  targetHeight: number,
  context: TaskContext,
  { fetching: how, freeBytes: free }: Restoring = { fetching, freeBytes },
): Promise<Result<undefined>> {
  const { log, settings, signal } = context;
  const { home, chainID, snapshotBucket: bucket } = settings;
  if (isMarked(home, 'snapshot')) return success(undefined);
  const chain = await chainAt(home);
  if (chain !== undefined) {
    log.info('nothing is restored, for there is a chain already', { shownBy: chain });
    return success(undefined);
  }
  if (bucket === undefined) return failure(noBucket);
  const remains = await onlyRemains(home);
  if (!remains.ok) return remains;
  const client = s3Client(bucket.region);
  const attempt = async () => {
    const store: Store = { client, bucket, signal };
    const archive = await findArchive(store, chainID, targetHeight);
    return archive.ok ? bring(store, archive.value, context, how, free) : archive;
  };
  try {
    // An archive may be written anew while it is fetched; then the new one is.
    return await attempt().catch(error => (isReplaced(error) ? attempt() : Promise.reject(error)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return failure(`the volume of ${home} is full: ${await free(home)} bytes are free; give it more room`);
  } finally {
    client.destroy();
  }
}

function isReplaced(error: unknown): boolean {
  return error instanceof StoreFault && error.status === 412;
}

async function bring(
  store: Store,
  archive: Archive,
  context: TaskContext,
  how: Fetching,
  free: FreeBytes,
): Promise<Result<undefined>> {
  const { home } = context.settings;
  const path = await placeFor(home, store.bucket, archive, how);
  context.log.info('a snapshot is fetched', { key: archive.key, bytes: archive.bytes });
  const fetched = await fetchInto(path, store, archive, context, how, free);
  if (!fetched.ok) return fetched;
  const directory = await makeUnpacked(home);
  context.log.info('a snapshot is unpacked', { key: archive.key });
  const room = (await free(home)) - margin;
  const unpacked = await extract(path, directory, { height: archive.height, room, signal: store.signal });
  if (!unpacked.ok) {
    await discard(path);
    await rm(directory, { recursive: true, force: true });
    const name = `s3://${store.bucket.name}/${archive.key}`;
    return failure(
      `${name} is no archive of a snapshot: ${unpacked.error}; upload it anew, or ask for another height`,
    );
  }
  await putInPlace(home, archive.height);
  await mark(home, 'snapshot');
  await discard(path);
  return success(undefined);
}

async function fetchInto(
  path: string,
  store: Store,
  archive: Archive,
  context: TaskContext,
  how: Fetching,
  free: FreeBytes,
): Promise<Result<undefined>> {
  const ledger = await Ledger.open(ledgerOf(path));
  try {
    const { ranges, bytes } = missing(archive, ledger, how.rangeBytes);
    const space = enoughSpace(archive.bytes, bytes, await free(context.settings.home), context.settings.home);
    if (!space.ok) return space;
    const progress = startProgress(context, 'restore', archive.bytes, archive.bytes - bytes);
    await download(store, archive, path, ledger, { ranges, fetching: how, progress });
    return success(undefined);
  } catch (error) {
    if (isReplaced(error)) await discard(path);
    throw error;
  } finally {
    await ledger.close();
  }
}

/**
 * Where an archive is fetched to: one name for one writing of it, so that a restart finds it again. Other archives there
 * are removed, also those that the published sidecar left as it was killed.
 */
async function placeFor(
  home: string,
  { name }: Bucket,
  { key, etag, bytes }: Archive,
  { rangeBytes }: Fetching,
) {
  const directory = join(home, 'tmp');
  const identity = JSON.stringify([name, key, etag, bytes, rangeBytes]);
  const file = `snapshot-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}.tar.gz`;
  await mkdir(directory, { recursive: true });
  for (const other of await readdir(directory)) {
    const isArchive = /^snapshot-\w+\.tar\.gz(\.ranges)?$/.test(other) && !other.startsWith(file);
    if (isArchive) await rm(join(directory, other));
  }
  const path = join(directory, file);
  try {
    await (await open(path, 'wx')).close();
    // Of a file that is new nothing is there, whatever a ledger says.
    await rm(ledgerOf(path), { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return path;
}

/** The ledger first: without it nothing of the file counts. */
async function discard(path: string): Promise<void> {
  await rm(ledgerOf(path), { force: true });
  await rm(path, { force: true });
}

function ledgerOf(path: string): string {
  return `${path}.ranges`;
}
