import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Files of a Secret or ConfigMap, by their names. */
export type Files = ReadonlyMap<string, { readonly content: Uint8Array; readonly mode: number }>;

const current = '..data';

/**
 * Writes files as the kubelet does, so that a reader sees all of the former or all of the new: into a directory of their
 * own, to which the link `..data` is changed in one step; the names that are seen are links through it.
 */
export function writeProjection(directory: string, files: Files): void {
  mkdirSync(directory, { recursive: true });
  const former = linkOf(join(directory, current));
  const made = mkdtempSync(join(directory, '..version-'));
  for (const [name, { content, mode }] of files) writeFileSync(join(made, name), content, { mode });
  symlinkSync(made, join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, current));
  for (const name of readdirSync(directory).filter(name => !name.startsWith('..') && !files.has(name))) {
    rmSync(join(directory, name));
  }
  for (const name of files.keys()) {
    if (linkOf(join(directory, name)) === undefined) symlinkSync(join(current, name), join(directory, name));
  }
  if (former !== undefined) rmSync(former, { recursive: true });
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
