import { cp, link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { heightIn } from './keys.ts';
import { snapshotsDirectory } from './place.ts';

/** A file or directory of a snapshot, by its path in the archive. */
export type Entry = { readonly path: string; readonly bytes: number; readonly isDirectory: boolean };

/** The height that may be uploaded: the second highest, for seid may still be writing the highest. */
export async function heightToUpload(home: string): Promise<number | undefined> {
  const entries = await readdir(join(home, snapshotsDirectory), { withFileTypes: true }).catch(ignoreAbsent);
  const heights = (entries ?? [])
    .filter(entry => entry.isDirectory())
    .map(({ name }) => heightIn(name))
    .filter(height => height !== undefined);
  return heights.toSorted((one, other) => other - one)[1];
}

/**
 * Holds a snapshot as it is now, in a directory made for it: its chunks by hard links, which take no room and stay when seid
 * prunes the height, and metadata.db, in which seid goes on to write, as a copy.
 *
 * @throws a fault of the file system; where metadata.db was written to each time it was copied.
 */
export async function hold(home: string, height: number, held: string): Promise<void> {
  const snapshots = join(home, snapshotsDirectory);
  await rm(held, { recursive: true, force: true });
  for (const { path, isDirectory } of await entriesOf(snapshots, String(height))) {
    if (isDirectory) await mkdir(join(held, path), { recursive: true });
    else await link(join(snapshots, path), join(held, path));
  }
  await copyUnchanged(join(snapshots, 'metadata.db'), join(held, 'metadata.db'));
}

/** All there is of a snapshot that is held, always in the same order. @throws a fault of the file system. */
export async function heldEntries(held: string, height: number): Promise<Entry[]> {
  return [...(await entriesOf(held, String(height))), ...(await entriesOf(held, 'metadata.db'))];
}

async function entriesOf(root: string, path: string): Promise<Entry[]> {
  const found = await stat(join(root, path)).catch(ignoreAbsent);
  if (found === undefined) return [];
  if (!found.isDirectory()) return [{ path, bytes: found.size, isDirectory: false }];
  const names = (await readdir(join(root, path))).toSorted();
  const below: Entry[] = [];
  for (const name of names) below.push(...(await entriesOf(root, `${path}/${name}`)));
  return [{ path, bytes: 0, isDirectory: true }, ...below];
}

/** LevelDB is whole as long as no file of it came, went or grew in the middle of the copy. */
async function copyUnchanged(from: string, to: string): Promise<void> {
  for (let tried = 0; tried < 5; tried++) {
    const before = await stateOf(from);
    if (before === '') return;
    await rm(to, { recursive: true, force: true });
    await cp(from, to, { recursive: true }).catch(ignoreAbsent);
    if ((await stateOf(from)) === before) return;
  }
  throw new Error(`${from} was written to while it was copied, five times over; it is tried again later`);
}

async function stateOf(path: string): Promise<string> {
  const found = await stat(path).catch(ignoreAbsent);
  if (found === undefined) return '';
  if (!found.isDirectory()) return `${found.size} ${found.mtimeMs}`;
  const names = (await readdir(path)).toSorted();
  const states = await Promise.all(names.map(async name => `${name} ${await stateOf(join(path, name))}`));
  return `directory ${states.join('\n')}`;
}

/** The content of a file as JSON, undefined where there is none or it is of no use. */
export async function jsonIn(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readFile(path, 'utf8').catch(ignoreAbsent);
  try {
    const value = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
