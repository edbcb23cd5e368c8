import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { create } from 'tar';
import { parse, stringify } from 'yaml';
import own from '../package.json' with { type: 'json' };
import type { Platform } from './release/targets.ts';

const root = join(import.meta.dirname, '..');

/**
 * Packs an executable for krew: an archive of it, LICENSE and the licences of what is inside (NOTICES), the same bytes
 * each time. @param directory where the archive goes. @returns its path.
 */
export async function packForKrew(
  executable: string,
  directory: string,
  { os, arch }: Platform,
): Promise<string> {
  const cwd = dirname(executable);
  const archive = join(directory, `kubectl-seinode-v${own.version}-${os}-${arch}.tar.gz`);
  copyFileSync(join(root, 'LICENSE'), join(cwd, 'LICENSE'));
  chmodSync(join(cwd, 'LICENSE'), 0o644);
  copyFileSync(`${executable}.NOTICES`, join(cwd, 'NOTICES'));
  chmodSync(join(cwd, 'NOTICES'), 0o644);
  // Nothing of this machine is in it: no times, no owners; krew takes regular files and directories only.
  const options = { gzip: { level: 6 }, portable: true, noPax: true, mtime: new Date(0) };
  await create({ ...options, cwd, file: archive }, ['LICENSE', 'NOTICES', basename(executable)]);
  return archive;
}

/**
 * Writes `seinode.yaml` beside archives: krew-manifest.yaml with their digests, and without the platforms that have no
 * archive there. krew wants a manifest named after its plugin.
 */
export function writeManifest(directory: string): void {
  const manifest = parse(readFileSync(join(root, 'krew-manifest.yaml'), 'utf8'));
  const fileOf = ({ uri }: { readonly uri: string }) => join(directory, basename(uri));
  manifest.spec.platforms = manifest.spec.platforms
    .filter((platform: { uri: string }) => existsSync(fileOf(platform)))
    .map((platform: { uri: string }) => ({ ...platform, sha256: sha256(fileOf(platform)) }));
  writeFileSync(join(directory, 'seinode.yaml'), stringify(manifest, { lineWidth: 0 }));
}

/** The digest of a file, as sha256sum writes it. */
export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
