import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Result, success } from '../../core/result.ts';
import { type Store, StoreFault } from '../s3/store.ts';
import type { TaskContext } from '../tasks/task.ts';
import { download, type Fetching, missing } from './download.ts';
import type { Archive } from './find.ts';
import { Ledger } from './ledger.ts';
import { startProgress } from './progress.ts';
import { enoughSpace, type FreeBytes } from './space.ts';

/** How a snapshot is restored. */
export type Restoring = { readonly fetching: Fetching; readonly freeBytes: FreeBytes };

/**
 * Fetches what is not there yet of an archive, where there is room for all of it.
 *
 * @returns its path below SEI_HOME/tmp. @throws as `download`; the next call goes on where this one ended.
 */
export async function fetchArchive(
  store: Store,
  archive: Archive,
  context: TaskContext,
  { fetching, freeBytes }: Restoring,
): Promise<Result<string>> {
  const { home } = context.settings;
  const path = await placeFor(home, store, archive, fetching);
  const ledger = await Ledger.open(ledgerOf(path));
  try {
    const { ranges, bytes } = missing(archive, ledger, fetching.rangeBytes);
    const space = enoughSpace(archive.bytes, bytes, await freeBytes(home), home);
    if (!space.ok) return space;
    context.log.info('a snapshot is fetched', { key: archive.key, bytes: archive.bytes, missing: bytes });
    const progress = startProgress(context, 'restore', archive.bytes, archive.bytes - bytes);
    await download(store, archive, path, ledger, { ranges, fetching, progress });
    return success(path);
  } catch (error) {
    if (isReplaced(error)) await discard(path);
    throw error;
  } finally {
    await ledger.close();
  }
}

/** Whether the object is not the one that was listed any more. */
export function isReplaced(error: unknown): boolean {
  return error instanceof StoreFault && error.status === 412;
}

/** Removes what was fetched; the ledger first, for without it nothing of the file counts. */
export async function discard(path: string): Promise<void> {
  await rm(ledgerOf(path), { force: true });
  await rm(path, { force: true });
}

/** Removes every archive that was fetched, but for one name. @throws a fault of the file system. */
export async function discardAll(home: string, kept?: string): Promise<void> {
  const names = await readdir(archivesDirectory(home)).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const [, archive] = /^(snapshot-\w+\.tar\.gz)(\.ranges)?$/.exec(name) ?? [];
    if (archive !== undefined && archive !== kept) await rm(join(archivesDirectory(home), name));
  }
}

/**
 * Where an archive is fetched to: one name for one writing of it, so that a restart finds it again. Other archives there
 * are removed, also those that the published sidecar left as it was killed.
 */
async function placeFor(home: string, { bucket }: Store, archive: Archive, { rangeBytes }: Fetching) {
  const identity = JSON.stringify([bucket.name, archive.key, archive.etag, archive.bytes, rangeBytes]);
  const name = `snapshot-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}.tar.gz`;
  const path = join(archivesDirectory(home), name);
  await mkdir(dirname(path), { recursive: true });
  await discardAll(home, name);
  await makeFile(path);
  return path;
}

/** Of a file that is new nothing is there, whatever a ledger says. */
async function makeFile(path: string): Promise<void> {
  try {
    await (await open(path, 'wx')).close();
    await rm(ledgerOf(path), { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function archivesDirectory(home: string): string {
  return join(home, 'tmp');
}

function ledgerOf(path: string): string {
  return `${path}.ranges`;
}
