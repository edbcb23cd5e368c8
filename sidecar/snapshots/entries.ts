import type { ReadEntry } from 'tar';
import { failure, type Result, success } from '../../core/result.ts';
import { shown } from '../../core/schema/text.ts';

/** Judges the entries of an archive, one after the other. */
export type Inspect = (path: string, entry: ReadEntry) => Result<undefined>;

/**
 * What an archive may hold: below a directory named after its height, and metadata.db; files and directories only, of no more
 * bytes than there is room for. A snapshot has no links, so none needs to be followed to be judged.
 */
export function inspector(height: number, room: number): Inspect {
  let bytes = 0;
  return (path, { type, size }) => {
    const segments = path.replace(/^\.\//, '').replace(/\/$/, '').split('/');
    const [top = ''] = segments;
    if (path.includes('\0') || path.includes('\\') || segments.some(segment => /^(\.\.?|)$/.test(segment))) {
      // GNU tar begins an archive of `.` with an entry for it.
      if (path === './' && type === 'Directory') return success(undefined);
      return failure(`its entry ${shown(path)} is not a path below data/snapshots`);
    }
    if (top !== String(height) && top !== 'metadata.db') {
      return failure(`its entry ${shown(path)} is neither below ${height}/ nor metadata.db`);
    }
    if (!kinds.has(type)) {
      return failure(`its entry ${shown(path)} is a ${type}; only files and directories are taken`);
    }
    bytes += size;
    if (bytes <= room) return success(undefined);
    return failure(`it unpacks to more than the ${room} bytes that there is room for`);
  };
}

const kinds = new Set<string>(['Directory', 'File', 'OldFile', 'ContiguousFile']);
