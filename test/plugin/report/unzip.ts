import { crc32, inflateRawSync } from 'node:zlib';

/** The texts of a zip archive by their names, as its directory has them. @throws where a part of it does not fit the rest. */
export function unzip(archive: Buffer): Map<string, string> {
  const end = archive.length - 22;
  const files = new Map<string, string>();
  if (archive.readUInt32LE(end) !== 0x06054b50) throw new Error('no end of a directory');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const length = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + length);
    const local = archive.readUInt32LE(at + 42);
    const same = archive.subarray(at + 6, at + 30).equals(archive.subarray(local + 4, local + 28));
    if (!same) throw new Error(`${name}: its headers differ`);
    const start = local + 30 + length;
    const content = inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(at + 20)));
    if (crc32(content) !== archive.readUInt32LE(at + 16)) throw new Error(`${name}: its checksum differs`);
    files.set(name, content.toString());
    at += 46 + length;
  }
  if (at !== end) throw new Error('the directory is longer than it says');
  return files;
}
