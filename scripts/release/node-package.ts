import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extract } from 'tar';
import { cacheDirectory } from '../cache.ts';

/** A package of npm that holds a Node, with its digest as package-lock.json writes it. */
export type Package = { readonly name: string; readonly version: string; readonly integrity: string };

/**
 * The Node of a package, whatever platform it is for: npm installs those of its own machine only.
 *
 * @returns its path in the cache outside the clone, LICENSE two directories above it. @throws where npm has no such bytes.
 */
export function nodeFrom({ name, version, integrity }: Package): string {
  const directory = join(cacheDirectory(), `${name}-${version}`);
  if (!existsSync(directory)) download(`${name}@${version}`, integrity, directory);
  return join(directory, globSync('bin/node*', { cwd: directory })[0] as string);
}

function download(name: string, integrity: string, directory: string): void {
  console.error(`${name}: downloading from npm (some 45 MB, once) …`);
  mkdirSync(dirname(directory), { recursive: true });
  const draft = mkdtempSync(`${directory}.`);
  const work = mkdtempSync(join(tmpdir(), 'node-'));
  try {
    execFileSync('npm', ['pack', '--silent', name], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
    const file = join(work, globSync('*.tgz', { cwd: work })[0] as string);
    const digest = createHash('sha512').update(readFileSync(file)).digest('base64');
    if (integrity !== `sha512-${digest}`) throw new Error(`${name} is not what it was: sha512-${digest}`);
    extract({ file, cwd: draft, strip: 1, sync: true });
    renameSync(draft, directory);
  } finally {
    rmSync(work, { recursive: true });
    rmSync(draft, { recursive: true, force: true });
  }
}
