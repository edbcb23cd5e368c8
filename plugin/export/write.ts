import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { failure, type Result, success } from '../../core/result.ts';
import type { Tree } from './tree.ts';

/** Writes a tree to a directory that was not there before. @returns why it is not there, where it is not. */
export function writeTree(directory: string, tree: Tree): Result<undefined> {
  try {
    mkdirSync(directory);
    writeFiles(directory, tree);
    return success(undefined);
  } catch (error) {
    return failure(`--output-dir ${directory}: ${reason(error)}`);
  }
}

/** A tree as an archive (tar.gz), the same bytes each time. */
export async function archiveOf(tree: Tree): Promise<Uint8Array> {
  const cwd = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFiles(cwd, tree);
    const options = { cwd, gzip: true, portable: true, noPax: true, mtime: new Date(0) };
    return await create(options, [...tree.keys()]).concat();
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function writeFiles(directory: string, tree: Tree): void {
  for (const [path, text] of tree) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return 'there is something of that name already: name a new directory';
  if (code === 'ENOENT') return 'the directory that it is to be in does not exist';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'permission denied';
  return `it cannot be written: ${typeof code === 'string' ? code : 'writing failed'}`;
}
