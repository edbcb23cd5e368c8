import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all: beside it first, flushed, then in its place.
 *
 * @throws a fault of the file system; then the file is as it was, and nothing is left beside it.
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  const beside = `${path}.new`;
  try {
    await flushed(await open(beside, 'w', mode), file => file.writeFile(content));
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  // The name itself must survive too.
  await flushed(await open(directory, 'r'));
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
