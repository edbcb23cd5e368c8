import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { answered, type Store, StoreFault, storeFault } from '../s3/store.ts';
import type { Archive } from './find.ts';
import type { Ledger } from './ledger.ts';
import type { Progress } from './progress.ts';

/** How an archive is fetched. */
export type Fetching = {
  /** Bytes that are fetched by one request, and begun anew after a death. */
  readonly rangeBytes: number;
  /** How many at once. */
  readonly ranges: number;
  /** Milliseconds before the second try of a range; twice as long before each further one. */
  readonly pause: number;
};

export const fetching: Fetching = { rangeBytes: 16 * 1024 * 1024, ranges: 6, pause: 1000 };

/** A span of an archive, its end included. */
type Range = { readonly index: number; readonly first: number; readonly last: number };

const tries = 6;

/** The ranges of an archive that are not done, and how many bytes they hold. */
export function missing(archive: Archive, ledger: Ledger, rangeBytes: number) {
  const ranges = rangesOf(archive.bytes, rangeBytes).filter(({ index }) => !ledger.done.has(index));
  return { ranges, bytes: ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0) };
}

/**
 * Fetches ranges of an archive into their places in a file; several at once, none held in memory.
 *
 * @throws a StoreFault where the store refuses or a range fails again and again, a fault of the file system, the signal's
 *   reason; what the ledger says is there then.
 */
export async function download(
  store: Store,
  archive: Archive,
  path: string,
  ledger: Ledger,
  { ranges, fetching, progress }: { ranges: readonly Range[]; fetching: Fetching; progress: Progress },
): Promise<void> {
  const file = await open(path, 'r+');
  // One range that fails ends the others.
  const failed = new AbortController();
  const signal = AbortSignal.any([store.signal, failed.signal]);
  const limit = pLimit(fetching.ranges);
  const fetch = async (range: Range) => {
    signal.throwIfAborted();
    await fetchRange({ ...store, signal }, archive, file, range, fetching.pause, progress);
    await file.datasync();
    await ledger.add(range.index);
  };
  try {
    const all = ranges.map(range =>
      limit(fetch, range).catch(error => {
        failed.abort(error);
        throw error;
      }),
    );
    const [bad] = (await Promise.allSettled(all)).filter(({ status }) => status === 'rejected');
    if (bad) throw signal.reason;
  } finally {
    await file.close();
  }
}

function rangesOf(bytes: number, rangeBytes: number): Range[] {
  return Array.from({ length: Math.ceil(bytes / rangeBytes) }, (_, index) => ({
    index,
    first: index * rangeBytes,
    last: Math.min((index + 1) * rangeBytes, bytes) - 1,
  }));
}

/** A range that breaks off goes on where it was. */
async function fetchRange(
  store: Store,
  archive: Archive,
  file: FileHandle,
  { first, last }: Range,
  pause: number,
  progress: Progress,
): Promise<void> {
  let at = first;
  for (let tried = 1; at <= last; tried++) {
    try {
      for await (const chunk of bodyOf(store, archive, at, last)) {
        await writeAll(file, chunk, at);
        at += chunk.length;
        progress.add(chunk.length);
      }
      if (at <= last) throw storeFault(store.bucket, archive.key, { code: 'EndedEarly' });
    } catch (error) {
      if (!isPassing(error) || tried === tries) throw error;
      await wait(pause * 2 ** (tried - 1), undefined, { signal: store.signal });
    }
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}

async function* bodyOf(store: Store, { key, etag, bytes }: Archive, first: number, last: number) {
  const { client, bucket, signal } = store;
  const Range = `bytes=${first}-${last}`;
  const command = new GetObjectCommand({ Bucket: bucket.name, Key: key, Range, IfMatch: etag });
  const { Body, ContentRange } = await answered(store, key, client.send(command, { abortSignal: signal }));
  const body = Body as AsyncIterable<Buffer> & { destroy: (error: Error) => void };
  const abort = () => body.destroy(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    if (ContentRange !== `bytes ${first}-${last}/${bytes}`) {
      throw new StoreFault(
        'NoRange',
        400,
        `s3://${bucket.name}/${key}: the store did not send the ${Range} asked for`,
      );
    }
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof StoreFault ? error : storeFault(bucket, key, error);
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
  }
}

/** Whether it may go well the next time; what the store refuses it will refuse again. */
function isPassing(error: unknown): boolean {
  return error instanceof StoreFault && (error.status < 400 || error.status >= 500 || error.status === 429);
}
