import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { heightIn } from '../snapshots/keys.ts';

/** A page that is whole and on the disk, and the report that goes before it. Names are those of the objects. */
export type Page = {
  readonly name: string;
  readonly end: number;
  readonly report: string | undefined;
};

/** Where what is to be sent lies until it is: what is sent again after a crash is the same bytes. */
export function outbox(home: string): string {
  return join(home, 'tmp', 'result-export');
}

/** The page that follows a height, where it was written and not sent yet as far as is known. @throws a fault of the file system. */
export async function pageAfter(home: string, last: number): Promise<Page | undefined> {
  const names = await readdir(outbox(home)).catch(ignoreAbsent);
  for (const name of names ?? []) {
    const [, first = '', final = ''] = /^(\d+)-(\d+)(?:\.compare)?\.ndjson\.gz$/.exec(name) ?? [];
    const end = heightIn(final);
    if (heightIn(first) === last + 1 && end !== undefined && end > last) {
      return { name, end, report: names?.find(other => other === reportName(end)) };
    }
  }
  return undefined;
}

/** Removes what was begun or is sent. @throws a fault of the file system. */
export async function emptyOutbox(home: string): Promise<void> {
  await rm(outbox(home), { recursive: true, force: true });
}

/**
 * Writes a file of the outbox: compressed, flushed, then under its name; a page under its name is whole.
 *
 * @param nameOf what it is called once all lines are there. @throws a fault of the file system, or of the lines.
 */
export async function writeOut(
  home: string,
  kind: 'page' | 'report',
  lines: AsyncIterable<string> | Iterable<string>,
  nameOf: () => string,
): Promise<void> {
  const directory = outbox(home);
  const part = join(directory, `${kind}.part`);
  await mkdir(directory, { recursive: true });
  try {
    // Of the lines, which may be long, not more than one waits in memory.
    const stream = Readable.from(lines, { highWaterMark: 1 });
    await pipeline(stream, createGzip(), createWriteStream(part, { flush: true }));
    await rename(part, join(directory, nameOf()));
  } finally {
    await rm(part, { force: true });
  }
  const opened = await open(directory, 'r');
  await opened.sync().finally(() => opened.close());
}

/** The name of a page of results, or of comparisons. */
export function pageName(first: number, end: number, isComparison: boolean): string {
  return `${first}-${end}${isComparison ? '.compare' : ''}.ndjson.gz`;
}

/** The name of the report on a block that differs. */
export function reportName(height: number): string {
  return `divergence-${height}.report.json.gz`;
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
