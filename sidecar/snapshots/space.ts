import { statfs } from 'node:fs/promises';
import { failure, type Result, success } from '../../core/result.ts';

/** Tells the bytes that may still be written where a directory is. */
export type FreeBytes = (directory: string) => Promise<number>;

/** As the file system tells it, without what is root's. @throws a fault of the file system. */
export const freeBytes: FreeBytes = async directory => {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
};

/** What is left free: a volume that is full to the brim keeps seid from starting. */
export const margin = 256 * 1024 * 1024;

/**
 * Whether there is room for what is still to come of an archive, and for what comes out of it: as much again, for the
 * chunks of a snapshot are compressed already.
 */
export function enoughSpace(bytes: number, missing: number, free: number, home: string): Result<undefined> {
  const needed = missing + bytes + margin;
  if (free >= needed) return success(undefined);
  return failure(
    `the volume of ${home} has ${free} bytes free and the snapshot needs ${needed}: ${missing} still to be fetched, ` +
      `${bytes} unpacked, ${margin} to spare; give the volume more room`,
  );
}
