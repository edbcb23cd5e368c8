import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import test from 'ava';
import { bundlePlugin } from '../../scripts/bundle.ts';
import { temporaryDirectory } from '../directory.ts';

const root = join(import.meta.dirname, '../..');
const executable = join(root, 'dist/kubectl-seinode');
const fleet = join(root, 'examples/fleet');

// Other platforms need their own signature or name, and have not been tried.
const onLinux = process.platform === 'linux' ? test.serial : test.skip;

test.before(() => {
  if (process.platform === 'linux') {
    execFileSync(process.execPath, [join(root, 'scripts/build.ts')]);
  }
});

/** Far from the clone, without its PATH. */
function run(args: readonly string[], input = '') {
  return spawnSync(executable, args, { cwd: tmpdir(), env: {}, encoding: 'utf8', input });
}

onLinux('the executable carries the rules and judges a fleet', t => {
  const { status, stdout } = run([
    'tls',
    'check',
    '-f',
    fleet,
    '-o',
    'json',
    '--now',
    '2026-11-21T00:00:00Z',
  ]);
  t.is(status, 1);
  const { items } = JSON.parse(stdout) as { items: { name: string; reason?: string }[] };
  const reasons = Object.fromEntries(items.map(({ name, reason }) => [name, reason]));
  t.like(reasons, { 'good-ec': 'Ready', 'good-rsa': 'Ready', expired: 'Expired', 'no-secret': 'NotFound' });
});

onLinux('the executable makes a development Secret, and finds it Ready', t => {
  const node = join(fleet, 'no-secret.yaml');
  const { stdout } = run(['tls', 'request', 'no-secret', '--format', 'secret', '-f', node]);
  t.is(run(['tls', 'check', '-f', node, '-f', '-'], stdout).status, 0);
});

onLinux('the executable writes every format', t => {
  const check = (format: string) => run(['policy', 'check', '-f', fleet, '-o', format]).stdout;
  t.is(JSON.parse(check('sarif')).version, '2.1.0');
  t.regex(check('junit'), /<testsuites name="kubectl-seinode" tests="\d+"/);
  t.regex(check('github'), /^::error file=.*::/);
  t.regex(check('yaml'), /^kind: PolicyReport$/m);
});

onLinux('the executable reads standard input and passes exit codes on', t => {
  t.is(run(['list', '-f', '-'], 'kind: [').status, 3);
  t.is(run(['list', '--nope']).status, 2);
  t.is(run(['policy', 'explain', 'tls-sans']).status, 0);
  t.regex(run(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
});

onLinux('the executable carries the scripts of the shells, and completes', t => {
  const script = join(root, 'plugin/completion/shell/completion.zsh');
  t.is(run(['completion', 'zsh']).stdout, readFileSync(script, 'utf8'));
  t.is(run(['__complete', 'inspect', '-f', fleet, 'good-e']).stdout, 'good-ec\n:4\n');
  t.regex(run(['--help']).stdout, /^ +kubectl seinode list +The TLS fleet/m);
});

onLinux('the executable makes the page of a report with all of its script, which is compiled by then', t => {
  const page = run(['report', '-f', fleet, '--now', '2026-11-21T00:00:00Z']);
  t.is(page.status, 0, page.stderr);
  const scripts = [...page.stdout.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script);
  t.is(scripts.length, 1);
  for (const part of ['#filters', 'ariaSort', 'keydown']) t.true(scripts[0]?.includes(part), part);
  t.notThrows(() => new Script(scripts[0] ?? ''));
});

test('nothing in the scripts of the executable is loaded by import(), which is not there', async t => {
  for (const part of ['front', 'whole'] as const) {
    const file = join(temporaryDirectory('bundle'), `${part}.cjs`);
    await bundlePlugin(root, file, part);
    const imports = readFileSync(file, 'utf8').match(/.{0,40}(?<![\w.])import\(.{0,40}/g);
    t.is(imports, null, part);
  }
});
