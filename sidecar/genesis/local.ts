import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';
import { longestGenesis } from './check.ts';

/**
 * Reads a genesis from a file that a caller names. It must lie below one of the directories, links followed: who may
 * submit tasks may not thereby read what else is mounted, such as the pod's token or the key of its certificate.
 *
 * @returns else why not, as a clause to follow the path. @throws a fault of the file system.
 */
export async function readWithin(path: string, directories: readonly string[]): Promise<Result<Buffer>> {
  if (!isAbsolute(path)) return failure('is no absolute path');
  const [real, ...roots] = await Promise.all([path, ...directories].map(realOf));
  const isWithin = roots.some(root => root !== undefined && real?.startsWith(root + sep));
  // That a file elsewhere is not there is not told either.
  if (real === undefined || !isWithin) return failure(`is no file below ${directories.join(' or ')}`);
  return readRegular(real);
}

/** The genesis of a chain that came with the sidecar; undefined where none did. @throws a fault of the file system. */
export async function readEmbedded(directory: string, chainID: string): Promise<Buffer | undefined> {
  if (!/^[\w.-]+$/.test(chainID)) return undefined;
  const real = await realOf(join(directory, `${chainID}.json`));
  const content = real === undefined ? undefined : await readRegular(real);
  return content?.ok ? content.value : undefined;
}

async function readRegular(real: string): Promise<Result<Buffer>> {
  // A pipe would never end, and what has become a link since is not followed.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, ...stat } = await file.stat().then(found => ({ size: found.size, isFile: found.isFile() }));
    if (!stat.isFile) return failure('is no regular file');
    if (size > longestGenesis) return failure(`is longer than ${longestGenesis} bytes`);
    return success(await file.readFile());
  } finally {
    await file.close();
  }
}

async function realOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
