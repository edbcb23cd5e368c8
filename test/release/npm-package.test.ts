import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { list } from 'tar';
import { bundlePlugin } from '../../scripts/bundle.ts';
import { packForNpm } from '../../scripts/npm-package.ts';
import { temporaryDirectory } from '../directory.ts';

const root = join(import.meta.dirname, '../..');
const fleet = join(root, 'examples/fleet');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const directory = temporaryDirectory('npm');
const archive = join(directory, `kubectl-seinode-${version}.tgz`);

test.before(async () => {
  const script = join(directory, 'plugin.cjs');
  packForNpm(root, script, await bundlePlugin(root, script), directory);
});

/** In a directory with nothing in it, and without a registry. */
function npx(...args: string[]) {
  const cwd = join(directory, 'empty');
  mkdirSync(cwd, { recursive: true });
  const options = ['--yes', '--offline', `--package=${archive}`, 'kubectl-seinode'];
  const env = { ...process.env, npm_config_cache: join(directory, 'cache') };
  return spawnSync('npx', [...options, ...args], { cwd, env, encoding: 'utf8' });
}

test('npx runs the plugin of the package alone: its version, its verdicts and its exit codes', t => {
  t.is(npx('--version').stdout, `${version}\n`);
  const checked = npx('tls', 'check', '-f', fleet);
  t.is(checked.status, 1, checked.stderr);
  t.regex(checked.stdout, /^san-missing +on +san-missing-tls +SANsMismatch/m);
  t.is(npx('lisst').status, 2);
});

test('the package holds scripts for Node, what is in them and their licences; no source, and no other package is asked for', t => {
  const paths: string[] = [];
  list({ file: archive, sync: true, onReadEntry: ({ path }) => paths.push(path) });
  t.deepEqual(
    paths.toSorted(),
    [
      ...['LICENSE', 'README.md', 'kubectl-seinode.cjs', 'package.json'],
      ...['plugin.NOTICES', 'plugin.cjs', 'plugin.sbom.json'],
    ].map(name => `package/${name}`),
  );
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', archive, 'package/package.json']).toString());
  t.like(manifest, { name: 'kubectl-seinode', version, license: 'Apache-2.0', engines: { node: '>=24' } });
  t.deepEqual(
    Object.keys(manifest).filter(key => /dependencies|scripts|private/i.test(key)),
    [],
  );
});

test('a Node that is too old is told so in one sentence', t => {
  const start = join(root, 'scripts/npm/kubectl-seinode.cjs');
  const older = "Object.defineProperty(process.versions, 'node', { value: '22.4.0' });";
  const { status, stderr } = spawnSync(
    process.execPath,
    ['-e', `${older} require(${JSON.stringify(start)})`],
    {
      encoding: 'utf8',
    },
  );
  t.is(status, 3);
  t.regex(stderr, /^error: kubectl-seinode needs Node 24 or later, and this is 22\.4\.0: [^\n]+\n$/);
});
