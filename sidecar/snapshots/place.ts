import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';
import { replaceFile } from '../home/replace-file.ts';
import { heightIn } from './keys.ts';

/** Where seid looks for snapshots, below SEI_HOME. */
export const snapshotsDirectory = join('data', 'snapshots');

/** Where an archive is unpacked: beside what it becomes, so on the same volume; the name is no height's. */
export const unpackedDirectory = join(snapshotsDirectory, '.restoring');

const heightFile = '.sei-sidecar-snapshot-height';

/** The height of the snapshot that the node was restored from; undefined where it was not, as far as is known. */
export async function restoredHeight(home: string): Promise<number | undefined> {
  return heightIn((await contentOf(join(home, heightFile))).trim());
}

/**
 * Whether nothing in data/snapshots was put there by anyone but a sidecar whose restore was cut off: both write the height
 * to SEI_HOME before they write there. What is of another origin is not ours to delete, and seid would take the highest.
 */
export async function onlyRemains(home: string): Promise<Result<undefined>> {
  const begun = (await contentOf(join(home, heightFile))).trim();
  const entries = await readdir(join(home, snapshotsDirectory)).catch(ignoreAbsent);
  const strange = (entries ?? []).filter(name => heightIn(name) !== undefined && name !== begun);
  if (strange.length === 0) return success(undefined);
  return failure(
    `${join(home, snapshotsDirectory)} holds ${strange.join(', ')}, which no restore has begun; move that away, or restore nothing`,
  );
}

/** Removes what a restore left that was cut off. @throws a fault of the file system. */
export async function clearRemains(home: string): Promise<void> {
  const begun = await restoredHeight(home);
  const names = ['metadata.db', ...(begun === undefined ? [] : [String(begun)])];
  const paths = [unpackedDirectory, ...names.map(name => join(snapshotsDirectory, name))];
  for (const path of paths) await rm(join(home, path), { recursive: true, force: true });
}

/** Makes the directory to unpack in. @throws a fault of the file system. */
export async function makeUnpacked(home: string): Promise<string> {
  const directory = join(home, unpackedDirectory);
  await mkdir(directory, { recursive: true });
  return directory;
}

/**
 * Puts what was unpacked in its place, where nothing is any more. A death in between is made good by the next run: without
 * the marker everything is unpacked again.
 *
 * @throws a fault of the file system.
 */
export async function putInPlace(home: string, height: number): Promise<void> {
  const [unpacked, snapshots] = [join(home, unpackedDirectory), join(home, snapshotsDirectory)];
  await flush(unpacked);
  await replaceFile(join(home, heightFile), String(height));
  for (const name of [String(height), 'metadata.db']) {
    await rename(join(unpacked, name), join(snapshots, name)).catch(ignoreAbsent);
  }
  await rm(unpacked, { recursive: true, force: true });
  await sync(snapshots);
}

/** Puts all that is below a directory on the disk: the marker must not survive a power cut that it does not. */
async function flush(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of entries) await sync(join(parentPath, name));
  await sync(directory);
  await sync(dirname(directory));
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8')
    .catch(ignoreAbsent)
    .then(text => text ?? '');
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
