import type { ReadEntry } from 'tar';
import { shown } from '../../core/schema/text.ts';

/** The archive is at fault: it is worth nothing, however often it is unpacked. */
export class BadArchive extends Error {}

/** Judges the entries of an archive, one after the other. @returns why the archive is not to be unpacked. */
export type Inspect = (path: string, entry: Pick<ReadEntry, 'type' | 'size'>) => Error | undefined;

/**
 * What an archive may hold: below a directory named after its height, and metadata.db; files and directories only, of no more
 * bytes than there is room for. A snapshot has no links, so none needs to be followed to be judged.
 */
export function inspector(height: number, room: number): Inspect {
  let bytes = 0;
  return (path, { type, size }) => {
    // GNU tar begins an archive of `.` with an entry for it.
    if (path === './' && type === 'Directory') return undefined;
    const segments = path.replace(/^\.\//, '').replace(/\/$/, '').split('/');
    const entry = `its entry ${shown(path)}`;
    if (/[\0\\]/.test(path) || segments.some(segment => /^\.{0,2}$/.test(segment))) {
      return new BadArchive(`${entry} is not a path below data/snapshots`);
    }
    if (segments[0] !== String(height) && segments[0] !== 'metadata.db') {
      return new BadArchive(`${entry} is neither below ${height}/ nor metadata.db`);
    }
    if (!kinds.has(type)) {
      return new BadArchive(`${entry} is a ${type}; only files and directories are taken`);
    }
    bytes += size + block;
    // Of which the volume may be the cause: the archive is kept.
    if (bytes > room) {
      return new Error(
        `the snapshot unpacks to more than the ${room} bytes there is room for; give the volume more`,
      );
    }
    return undefined;
  };
}

/** Bytes that a file takes though it is empty, and a directory: a megabyte of archive may hold millions of them. */
const block = 4096;

const kinds = new Set<string>(['Directory', 'File', 'OldFile', 'ContiguousFile']);
