import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fault } from './error.ts';

/** Bytes: no kubeconfig, certificate or token comes near it. */
const longestFile = 16 * 1024 * 1024;
const part = 64 * 1024;

/** The bytes of a file. @throws an error with a code of Node; EFBIG for one without an end, such as /dev/zero. */
export function readBounded(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let size = 0; size <= longestFile; ) {
      const bytes = Buffer.alloc(part);
      const length = readSync(file, bytes);
      if (length === 0) return Buffer.concat(parts);
      size += length;
      parts.push(bytes.subarray(0, length));
    }
    throw fault('EFBIG');
  } finally {
    closeSync(file);
  }
}

/** The same of a file that is no pipe: to open one waits until somebody writes to it. @throws also EPIPE. */
export function readBoundedFile(path: string): Buffer {
  if (statSync(path).isFIFO()) throw fault('EPIPE');
  return readBounded(path);
}

/** Why a file cannot be read, as a clause. @param error what was thrown. */
export function whyUnread(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EFBIG') return 'is longer than 16 MiB: another file was meant';
  if (code === 'EPIPE') return 'is a pipe: name a file';
  return `cannot be read: ${code}`;
}

/** The text of a stream. @throws EFBIG where it is longer; the stream is then destroyed. */
export async function boundedText(stream: Readable, longest: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > longest) throw fault('EFBIG');
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString();
}
