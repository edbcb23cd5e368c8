import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { create } from 'tar';
import { parse, stringify } from 'yaml';
import own from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

/** krew names systems and architectures as Go does. */
const goNames: Readonly<Record<string, string>> = { win32: 'windows', x64: 'amd64' };
const { version } = own;
const os = goNames[process.platform] ?? process.platform;
const arch = goNames[process.arch] ?? process.arch;

/**
 * Packs the executable of this platform for krew, beside it: an archive of it, LICENSE and the licences of what is
 * inside (NOTICES), the same bytes each time, and
 * `seinode.yaml`, which is krew-manifest.yaml with that archive's digest. krew wants a manifest named after its plugin.
 */
export async function packForKrew(executable: string): Promise<void> {
  const directory = dirname(executable);
  const archive = join(directory, `kubectl-seinode-v${version}-${os}-${arch}.tar.gz`);
  await pack(executable, archive);
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  const manifest = parse(readFileSync(join(root, 'krew-manifest.yaml'), 'utf8'));
  manifest.spec.platforms = [
    platform(manifest.spec.homepage, basename(executable), basename(archive), sha256),
  ];
  manifest.spec.version = `v${version}`;
  writeFileSync(join(directory, 'seinode.yaml'), stringify(manifest, { lineWidth: 0 }));
}

/** Nothing of this machine is in it: no times, no owners; krew takes regular files and directories only. */
async function pack(executable: string, archive: string): Promise<void> {
  const cwd = dirname(executable);
  copyFileSync(join(root, 'LICENSE'), join(cwd, 'LICENSE'));
  chmodSync(join(cwd, 'LICENSE'), 0o644);
  const options = { gzip: { level: 6 }, portable: true, noPax: true, mtime: new Date(0) };
  copyFileSync(`${executable}.NOTICES`, join(cwd, 'NOTICES'));
  chmodSync(join(cwd, 'NOTICES'), 0o644);
  await create({ ...options, cwd, file: archive }, ['LICENSE', 'NOTICES', basename(executable)]);
}

function platform(homepage: string, bin: string, archive: string, sha256: string) {
  return {
    selector: { matchLabels: { os, arch } },
    uri: `${homepage}/releases/download/v${version}/${archive}`,
    sha256,
    bin,
    files: [bin, 'LICENSE', 'NOTICES'].map(from => ({ from, to: '.' })),
  };
}
