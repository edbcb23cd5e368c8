import { crc32, deflateRawSync } from 'node:zlib';

/** A deflated file of an archive. */
type Entry = {
  readonly name: Buffer;
  readonly packed: Buffer;
  /** What the headers before the file and in the directory have in common (APPNOTE 4.3.7, 4.3.12: version to file name length). */
  readonly common: Buffer;
};

/**
 * A zip archive of texts by their names, as every system opens it (PKWARE APPNOTE 6.3, without Zip64: below 4 GiB).
 *
 * @param modified of each file; the same input makes the same bytes.
 */
export function zip(files: ReadonlyMap<string, string>, modified: Date): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of files) {
    const entry = entryOf(name, Buffer.from(text), modified);
    const local = [signed(0x04034b50), entry.common, numbers(2, 0), entry.name, entry.packed];
    directory.push(inDirectory(entry, offset));
    parts.push(...local);
    offset += lengthOf(local);
  }
  const size = lengthOf(directory);
  const end = Buffer.concat([
    signed(0x06054b50),
    numbers(2, 0, 0, files.size, files.size),
    numbers(4, size, offset),
    numbers(2, 0),
  ]);
  return Buffer.concat([...parts, ...directory, end]);
}

function entryOf(name: string, content: Buffer, modified: Date): Entry {
  const packed = deflateRawSync(content);
  const bytes = Buffer.from(name);
  // Version 2.0, names in UTF-8, deflated.
  const common = Buffer.concat([
    numbers(2, 20, 0x0800, 8, timeOf(modified), dateOf(modified)),
    numbers(4, crc32(content), packed.length, content.length),
    numbers(2, bytes.length),
  ]);
  return { name: bytes, packed, common };
}

/** Made on Unix; an ordinary file that its owner alone may read. */
function inDirectory({ name, common }: Entry, offset: number): Buffer {
  const mode = 0o100600 * 0x10000;
  return Buffer.concat([
    signed(0x02014b50),
    numbers(2, 0x0314),
    common,
    numbers(2, 0, 0, 0, 0),
    numbers(4, mode, offset),
    name,
  ]);
}

function signed(signature: number): Buffer {
  return numbers(4, signature);
}

/** Little-endian, so many bytes each. */
function numbers(bytes: 2 | 4, ...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(bytes * values.length);
  for (const [at, value] of values.entries()) buffer.writeUIntLE(value, at * bytes, bytes);
  return buffer;
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Times of MS-DOS, in UTC. */
function timeOf(date: Date): number {
  return (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
}

function dateOf(date: Date): number {
  const year = Math.min(127, Math.max(0, date.getUTCFullYear() - 1980));
  return (year << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
}
