import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type ReadEntry, Unpack } from 'tar';
import { failure, type Result, success } from '../../core/result.ts';
import { BadArchive, inspector } from './entries.ts';

/**
 * Unpacks an archive into a directory that is there and empty. gzip runs beside the main thread, so that the listeners go
 * on to answer.
 *
 * @param room bytes that it may unpack to. @returns else what is wrong with the archive.
 * @throws a fault of the file system, one that says that there is no room, or the signal's reason.
 */
export async function extract(
  path: string,
  directory: string,
  { height, room, signal }: { height: number; room: number; signal: AbortSignal },
): Promise<Result<undefined>> {
  try {
    const unpacked = (source: AsyncIterable<Buffer>) => unpack(source, directory, height, room);
    await pipeline(createReadStream(path), createGunzip(), unpacked, { signal });
    await holdsHeight(join(directory, String(height)), height);
    return success(undefined);
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (error instanceof BadArchive) return failure(error.message);
    if (code.startsWith('Z_')) return failure(`its gzip is damaged or cut off (${code})`);
    if (code.startsWith('TAR_')) return failure(`its tar is damaged or cut off (${code})`);
    throw error;
  }
}

async function unpack(
  source: AsyncIterable<Buffer>,
  cwd: string,
  height: number,
  room: number,
): Promise<void> {
  const inspect = inspector(height, room);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const entries: { current?: ReadEntry } = {};
  let bad: Error | undefined;
  const fail = (error: Error) => {
    bad ??= error;
    reject(bad);
  };
  const filter = (name: string, entry: object): boolean => {
    const judged = inspect(name, entry as ReadEntry);
    if (judged) fail(judged);
    return bad === undefined;
  };
  const onReadEntry = (entry: ReadEntry) => {
    // Neither setuid nor a directory that cannot be entered.
    entry.mode = entry.type === 'Directory' ? 0o755 : 0o644;
    entries.current = entry;
  };
  const tar = new Unpack({ cwd, strict: true, preserveOwner: false, noMtime: true, filter, onReadEntry });
  tar.on('error', fail);
  const closed = once(tar, 'close');
  closed.catch(() => {});
  failed.catch(() => {});
  try {
    for await (const chunk of source) {
      const goesOn = tar.write(chunk);
      if (bad) throw bad;
      if (!goesOn) await Promise.race([once(tar, 'drain'), failed]);
    }
    tar.end();
    await Promise.race([closed, failed]);
  } catch (error) {
    // Else the file that it was at stays open.
    entries.current?.end();
    throw error;
  }
}

async function holdsHeight(directory: string, height: number): Promise<void> {
  const isThere = await stat(directory).then(
    found => found.isDirectory(),
    () => false,
  );
  if (!isThere || (await readdir(directory)).length === 0) {
    throw new BadArchive(`it holds no snapshot of height ${height}`);
  }
}
