import { type FileHandle, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that is to be: its path and all that it holds. */
export type NewFile = {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Where none is there yet; else 0644. */
  readonly mode?: number;
};

/**
 * Writes a file whole or not at all: beside it first, flushed, then in its place, with the mode that it had.
 *
 * @throws a fault of the file system; then the file is as it was, and nothing is left beside it.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await replaceFiles([{ path, content }]);
}

/**
 * The same for files that belong together: none takes its place before all are written. A crash just between two of the
 * renames leaves the first new and the second as it was; whoever writes them does so again when the task runs again.
 *
 * @throws a fault of the file system; nothing is left beside the files.
 */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  const directories = new Set(files.map(({ path }) => dirname(path)));
  for (const directory of directories) await mkdir(directory, { recursive: true });
  try {
    for (const { path, content, mode } of files) await writeBeside(path, content, await modeFor(path, mode));
    for (const { path } of files) await rename(besideOf(path), path);
  } catch (error) {
    for (const { path } of files) await rm(besideOf(path), { force: true });
    throw error;
  }
  // The names themselves must survive too.
  for (const directory of directories) await flushed(await open(directory, 'r'));
}

/**
 * Makes a file that is not there yet, whole or not at all, for its owner alone. What is there, even a link, is left as it is:
 * a key is never written over another.
 *
 * @param content asked for where there is none. @throws a fault of the file system.
 */
export async function createFile(path: string, content: () => string | Promise<string>): Promise<void> {
  const isThere = await lstat(path).then(() => true, orAbsent);
  if (!isThere) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeBeside(path, await content(), 0o600);
    // Unlike a rename, it fails where somebody was faster.
    await link(besideOf(path), path);
  }
  // A crash just behind the link leaves it.
  await rm(besideOf(path), { force: true });
  await flushed(await open(dirname(path), 'r'));
}

async function writeBeside(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  // Never through a link that somebody put there: it might lead to a file that must not be written.
  await rm(besideOf(path), { force: true });
  await flushed(await open(besideOf(path), 'wx', mode), async file => {
    // The process's mask takes from a mode that is asked for.
    await file.chmod(mode);
    await file.writeFile(content);
  });
}

/** A file that only its owner may read stays so: app.toml may hold the password of a database. */
async function modeFor(path: string, otherwise = 0o644): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? found.mode & 0o777 : otherwise;
}

function orAbsent(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

function besideOf(path: string): string {
  return `${path}.new`;
}

async function flushed(
  file: FileHandle,
  write: (file: FileHandle) => Promise<void> = async () => {},
): Promise<void> {
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
