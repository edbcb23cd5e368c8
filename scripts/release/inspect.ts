import { loadCommands } from './signature.ts';
import type { Platform } from './targets.ts';

/** What the headers of an executable say of it: the platform it is for, and what was put into it for Node to run. */
export type Inspected = Platform & { readonly blob: Buffer };

const name = 'NODE_SEA_BLOB';

/**
 * Reads an executable of 64 bits, little-endian: ELF, Mach-O or PE. What finds the blob here is another program than the one
 * that put it in.
 *
 * @throws where it is none of these, for another machine than amd64 and arm64, or without a blob where Node looks for it.
 */
export function inspectExecutable(bytes: Buffer): Inspected {
  const magic = bytes.readUInt32BE(0);
  if (magic === 0x7f454c46) return { os: 'linux', arch: archOf(bytes.readUInt16LE(18)), blob: noteOf(bytes) };
  if (magic === 0xcffaedfe)
    return { os: 'darwin', arch: archOf(bytes.readUInt32LE(4)), blob: sectionOf(bytes) };
  if (magic >>> 16 !== 0x4d5a) throw new Error('neither ELF, Mach-O nor PE');
  const header = bytes.readUInt32LE(0x3c);
  return { os: 'windows', arch: archOf(bytes.readUInt16LE(header + 4)), blob: resourceOf(bytes, header) };
}

/** Each format has its own number for a machine. */
function archOf(machine: number): string {
  const names: Readonly<Record<number, string>> = {
    ...{ 62: 'amd64', 183: 'arm64' },
    ...{ 16777223: 'amd64', 16777228: 'arm64' },
    ...{ 34404: 'amd64' },
  };
  return found(names[machine], `a known machine (${machine})`);
}

/** ELF: a note of that name, in a segment of notes. */
function noteOf(bytes: Buffer): Buffer {
  const [at, size, count] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ];
  const segments = Array.from({ length: count }, (_, index) => bytes.subarray(at + index * size));
  const notes = segments
    .filter(segment => segment.readUInt32LE(0) === 4)
    .flatMap(segment => notesIn(slice(bytes, segment.readBigUInt64LE(8), segment.readBigUInt64LE(32))));
  return found(notes.find(([owner]) => owner === name)?.[1], 'a note with a blob');
}

function notesIn(notes: Buffer): (readonly [owner: string, content: Buffer])[] {
  const all: (readonly [string, Buffer])[] = [];
  for (let at = 0; at + 12 <= notes.length; ) {
    const [owner, content] = [notes.readUInt32LE(at), notes.readUInt32LE(at + 4)];
    const begin = at + 12 + align(owner);
    all.push([text(notes.subarray(at + 12, at + 12 + owner)), notes.subarray(begin, begin + content)]);
    at = begin + align(content);
  }
  return all;
}

/** Mach-O: a section of its own segment. */
function sectionOf(bytes: Buffer): Buffer {
  const isOurs = (at: number) =>
    bytes.readUInt32LE(at) === 0x19 && text(bytes.subarray(at + 8, at + 24)) === 'NODE_SEA';
  const section = bytes.subarray(found(loadCommands(bytes).find(isOurs), 'a segment with a blob') + 72);
  if (text(section.subarray(0, 16)) !== `__${name}`) throw new Error('lacks a section with a blob');
  return slice(bytes, BigInt(section.readUInt32LE(48)), section.readBigUInt64LE(40));
}

/** PE: a resource of raw data of that name, in its first language. */
function resourceOf(bytes: Buffer, header: number): Buffer {
  const table = header + 24 + bytes.readUInt16LE(header + 20);
  const sections = Array.from({ length: bytes.readUInt16LE(header + 6) }, (_, index) =>
    bytes.subarray(table + 40 * index, table + 40 * (index + 1)),
  );
  const fileOffset = (address: number) => {
    const inside = (section: Buffer) =>
      address >= section.readUInt32LE(12) && address < section.readUInt32LE(12) + section.readUInt32LE(16);
    const section = found(sections.find(inside), 'a section of resources');
    return address - section.readUInt32LE(12) + section.readUInt32LE(20);
  };
  // The third of the directories, which follow the optional header's 112 bytes.
  const resources = bytes.subarray(fileOffset(bytes.readUInt32LE(header + 24 + 112 + 2 * 8)));
  const rawData = 10;
  const kind = entryOf(resources, 0, id => id === rawData);
  const named = entryOf(resources, kind, id => (id & 0x7fffffff) !== id && nameAt(resources, id) === name);
  const leaf = entryOf(resources, named, () => true);
  const [address, size] = [resources.readUInt32LE(leaf), resources.readUInt32LE(leaf + 4)];
  return slice(bytes, BigInt(fileOffset(address)), BigInt(size));
}

function entryOf(resources: Buffer, directory: number, fits: (id: number) => boolean): number {
  const count = resources.readUInt16LE(directory + 12) + resources.readUInt16LE(directory + 14);
  const entries = Array.from({ length: count }, (_, index) => directory + 16 + 8 * index);
  const entry = found(
    entries.find(at => fits(resources.readUInt32LE(at))),
    'a resource with a blob',
  );
  return resources.readUInt32LE(entry + 4) & 0x7fffffff;
}

function nameAt(resources: Buffer, id: number): string {
  const at = id & 0x7fffffff;
  return resources.toString('utf16le', at + 2, at + 2 + 2 * resources.readUInt16LE(at));
}

function slice(bytes: Buffer, offset: bigint, size: bigint): Buffer {
  return bytes.subarray(Number(offset), Number(offset + size));
}

function text(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\0.*$/s, '');
}

function align(size: number): number {
  return (size + 3) & ~3;
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`lacks ${what}`);
  return value;
}
