import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { failure, type Result, success } from '../../core/result.ts';

/**
 * Writes a private key to a file that was not there before and that only its owner can read. It is on the disk when this
 * returns; where that fails nothing stays behind.
 *
 * @returns why there is no such file, where there is none.
 */
export function writeKeyFile(file: string, privateKey: string): Result<undefined> {
  let descriptor: number;
  try {
    // Exclusive: neither a file nor a link may have the name.
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    return failure(`--key-out ${file}: ${reason(error)}`);
  }
  try {
    writeFileSync(descriptor, privateKey);
    fsyncSync(descriptor);
    return success(undefined);
  } catch (error) {
    removeKeyFile(file);
    return failure(`--key-out ${file}: ${reason(error)}; nothing was kept`);
  } finally {
    closeSync(descriptor);
  }
}

/** Takes back what {@link writeKeyFile} wrote. */
export function removeKeyFile(file: string): void {
  rmSync(file, { force: true });
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST')
    return 'there is something of that name already, and a key replaces nothing: name another file';
  if (code === 'ENOENT') return 'its directory does not exist';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'permission denied';
  return `it cannot be written: ${typeof code === 'string' ? code : 'writing failed'}`;
}
