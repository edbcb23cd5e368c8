import { failure, type Result, success } from '../../core/result.ts';
import { chainAt } from '../home/chain.ts';
import { isMarked, mark } from '../home/markers.ts';
import { s3Client } from '../s3/client.ts';
import type { Store } from '../s3/store.ts';
import type { TaskContext } from '../tasks/task.ts';
import { fetching } from './download.ts';
import { extract } from './extract.ts';
import { discard, discardAll, fetchArchive, isReplaced, type Restoring } from './fetch.ts';
import { type Archive, findArchive } from './find.ts';
import { noBucket } from './keys.ts';
import { clearRemains, makeUnpacked, onlyRemains, putInPlace } from './place.ts';
import { freeBytes, margin } from './space.ts';

/**
 * Brings the snapshot of the highest height, up to targetHeight where it is not 0, from the bucket into data/snapshots; once
 * and for all, and never where a chain is. What was fetched before a death is not fetched again.
 *
 * @throws a StoreFault, a fault of the file system, the signal's reason.
 */
export async function restore(
  targetHeight: number,
  context: TaskContext,
  restoring: Restoring = { fetching, freeBytes },
): Promise<Result<undefined>> {
  const { log, settings, signal } = context;
  const { home, chainID, snapshotBucket: bucket } = settings;
  if (isMarked(home, 'snapshot')) {
    // Of a run that was cut off just behind the marker: as large as the snapshot.
    await discardAll(home);
    return success(undefined);
  }
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
    return archive.ok ? bring(store, archive.value, context, restoring) : archive;
  };
  try {
    // An archive may be written anew while it is fetched; then the new one is.
    return await attempt().catch(error => (isReplaced(error) ? attempt() : Promise.reject(error)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return failure(
      `the volume of ${home} is full: ${await restoring.freeBytes(home)} bytes are free; give it more room`,
    );
  } finally {
    client.destroy();
  }
}

async function bring(
  store: Store,
  archive: Archive,
  context: TaskContext,
  restoring: Restoring,
): Promise<Result<undefined>> {
  const { home } = context.settings;
  // First of all, for what they hold may be the room that is needed.
  await clearRemains(home);
  const fetched = await fetchArchive(store, archive, context, restoring);
  if (!fetched.ok) return fetched;
  const directory = await makeUnpacked(home);
  context.log.info('a snapshot is unpacked', { key: archive.key });
  const room = (await restoring.freeBytes(home)) - margin;
  const options = { height: archive.height, room, signal: store.signal };
  const unpacked = await extract(fetched.value, directory, options);
  if (!unpacked.ok) {
    await clearRemains(home);
    await discard(fetched.value);
    const name = `s3://${store.bucket.name}/${archive.key}`;
    return failure(
      `${name} is no archive of a snapshot: ${unpacked.error}; upload it anew, or ask for another height`,
    );
  }
  await putInPlace(home, archive.height);
  await mark(home, 'snapshot');
  await discard(fetched.value);
  return success(undefined);
}
