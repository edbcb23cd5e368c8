import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Header } from 'tar';
import type { Entry } from './files.ts';

/**
 * The archive of files that do not change, as tar.gz: the same bytes each time, as long as zlib is the same. No owner and
 * no time is told. Little is compressed, for the chunks of a snapshot are already.
 *
 * @param root where the entries are. The stream fails with a fault of the file system.
 */
export function archiveOf(root: string, entries: readonly Entry[]): Readable {
  const tar = Readable.from(blocks(root, entries), { objectMode: false });
  const gzip = createGzip({ level: 1 });
  tar.on('error', error => gzip.destroy(error));
  gzip.on('close', () => tar.destroy());
  return tar.pipe(gzip);
}

async function* blocks(root: string, entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield headerOf(entry);
    if (entry.bytes > 0) yield* contentOf(join(root, entry.path), entry.bytes);
  }
  yield Buffer.alloc(1024);
}

function headerOf({ path, bytes, isDirectory }: Entry): Uint8Array {
  const type = isDirectory ? 'Directory' : 'File';
  const mode = isDirectory ? 0o755 : 0o644;
  const name = isDirectory ? `${path}/` : path;
  const header = new Header({ path: name, type, mode, size: bytes, uid: 0, gid: 0, mtime: new Date(0) });
  if (header.encode() || header.block === undefined) {
    throw new Error(`${path} has too long a name, or is too large, for an archive`);
  }
  return header.block;
}

/** To the byte as many as the header says. */
async function* contentOf(path: string, bytes: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 256 * 1024 })) {
    read += chunk.length;
    yield chunk;
  }
  if (read < bytes) throw new Error(`${path} became shorter while it was read`);
  if (bytes % 512 > 0) yield Buffer.alloc(512 - (bytes % 512));
}
