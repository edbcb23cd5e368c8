import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import own from '../package.json' with { type: 'json' };
import { describe } from './describe.ts';

const home = 'github.com/sei-protocol/kubectl-seinode';

/**
 * Packs the plugin for npm, as `npm pack` does it: one script with the rules inside, which needs a Node and no other package.
 *
 * @param script a function of `require`. @param files modules of it. @param directory where kubectl-seinode-VERSION.tgz goes.
 */
export function packForNpm(
  root: string,
  script: string,
  files: ReadonlySet<string>,
  directory: string,
): void {
  const work = mkdtempSync(join(tmpdir(), 'npm-'));
  try {
    const call = '(require, module, exports);\n';
    writeFileSync(join(work, 'plugin.cjs'), `${readFileSync(script, 'utf8')}${call}`);
    copyFileSync(join(root, 'scripts/npm/kubectl-seinode.cjs'), join(work, 'kubectl-seinode.cjs'));
    for (const file of ['LICENSE', 'README.md']) copyFileSync(join(root, file), join(work, file));
    describe(work, 'plugin', files);
    writeFileSync(join(work, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    execFileSync('npm', ['pack', '--silent', '--pack-destination', directory, work], {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
  } finally {
    rmSync(work, { recursive: true });
  }
}

const { name, version, description, license } = own;
const manifest = {
  ...{ name, version, description, license },
  homepage: `https://${home}`,
  repository: { type: 'git', url: `git+https://${home}.git` },
  bin: { [name]: 'kubectl-seinode.cjs' },
  engines: { node: '>=24' },
  files: ['kubectl-seinode.cjs', 'plugin.cjs', 'plugin.NOTICES', 'plugin.sbom.json'],
};
