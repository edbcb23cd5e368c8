import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import type { Copy } from './containerfile.ts';

/** A layer of an image: its bytes, packed, and the digest of them unpacked. */
export type Layer = { readonly bytes: Buffer; readonly diffId: string; readonly createdBy: string };

/**
 * Packs a directory as a layer: sorted, everything root's, no times, the same bytes each time.
 *
 * @param createdBy what the image's history says of it. @param work directory for what is needed on the way.
 */
export function packLayer(directory: string, createdBy: string, work: string): Layer {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
  const file = join(work, 'layer.tar');
  const options = { portable: true, noDirRecurse: true, mtime: new Date(0), sync: true } as const;
  create({ ...options, cwd: directory, file }, paths);
  const tar = readFileSync(file);
  return { bytes: gzipSync(tar, { level: 6 }), diffId: digest(tar), createdBy };
}

/** Puts files of a repository where a Containerfile's COPY would. */
export function copyInto(directory: string, root: string, { from, to, mode }: Copy): void {
  for (const path of from) {
    const source = join(root, path);
    const isDirectory = statSync(source).isDirectory();
    const target = join(directory, to, to.endsWith('/') && !isDirectory ? basename(path) : '');
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target, { recursive: true });
    if (!isDirectory) chmodSync(target, mode ?? 0o644);
  }
}

export function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
