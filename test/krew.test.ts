import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { list, type ReadEntry } from 'tar';
import { parse } from 'yaml';
import { packForKrew } from '../scripts/krew.ts';
import { findPrograms } from './control-plane/programs.ts';
import { requires, wants } from './requires.ts';

const root = join(import.meta.dirname, '..');
const built = mkdtempSync(join(tmpdir(), 'krew-'));
const examples = join(root, 'examples/fleet');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = `kubectl-seinode-v${version}-linux-amd64.tar.gz`;

// Other platforms have not been tried.
const here = process.platform === 'linux' && process.arch === 'x64';
const onLinux = here ? test : test.skip;

test.before(() => {
  if (here) execFileSync(process.execPath, [join(root, 'scripts/build.ts'), built]);
});
test.after.always(() => rmSync(built, { recursive: true }));

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

type Platform = {
  readonly uri: string;
  readonly sha256: string;
  readonly bin: string;
  readonly files: readonly { readonly from: string; readonly to: string }[];
  readonly selector: { readonly matchLabels: object };
};
type Rule = readonly [name: string, holds: boolean];

function rulesOf({ uri, sha256, bin, files, selector }: Platform): Rule[] {
  return [
    ['uri', /^https:\/\/\S+\.tar\.gz$/.test(uri)],
    ['sha256', /^[0-9a-f]{64}$/.test(sha256)],
    ['bin', bin === 'kubectl-seinode'],
    ['files', files.every(({ from, to }) => from !== '' && to === '.')],
    ['selector', Object.keys(selector.matchLabels).join() === 'os,arch'],
  ];
}

/** What krew itself refuses, in short (its package validation and validate-krew-manifest). */
function faults(text: string): string[] {
  const { apiVersion, kind, metadata, spec } = parse(text);
  const rules: readonly Rule[] = [
    ['apiVersion', apiVersion === 'krew.googlecontainertools.github.com/v1alpha2'],
    ['kind', kind === 'Plugin'],
    ['name', metadata.name === 'seinode'],
    ['version', /^v\d+\.\d+\.\d+$/.test(spec.version)],
    ['shortDescription', /^[^\r\n]{1,50}$/.test(spec.shortDescription)],
    ['one platform', spec.platforms.length === 1],
    ...(spec.platforms as Platform[]).flatMap(rulesOf),
  ];
  return rules.filter(([, ok]) => !ok).map(([rule]) => rule);
}

test('the committed manifest is one that krew accepts, of this version, and claims only what was run', t => {
  const text = readFileSync(join(root, 'krew-manifest.yaml'), 'utf8');
  t.deepEqual(faults(text), []);
  const { spec } = parse(text);
  t.is(spec.version, `v${version}`);
  t.deepEqual(spec.platforms[0].selector.matchLabels, { os: 'linux', arch: 'amd64' });
  t.true(spec.platforms[0].uri.endsWith(`/v${version}/${name}`));
  t.regex(spec.caveats, /kubectl seinode completion install/);
  t.true(readFileSync(join(root, 'README.md'), 'utf8').includes(`--archive=dist/${name}\n`));
  // No archive has this digest: krew refuses to install by the committed file.
  t.is(spec.platforms[0].sha256, '0'.repeat(64));
});

onLinux('the built manifest differs from it by the digest of the archive alone', t => {
  const text = readFileSync(join(built, 'seinode.yaml'), 'utf8');
  t.deepEqual(faults(text), []);
  const expected = parse(readFileSync(join(root, 'krew-manifest.yaml'), 'utf8'));
  expected.spec.platforms[0].sha256 = digest(join(built, name));
  t.deepEqual(parse(text), expected);
});

onLinux(
  'the archive holds the executable, LICENSE and the licences of others, regular files without times and owners',
  t => {
    const entries: Pick<ReadEntry, 'path' | 'type' | 'mode' | 'mtime' | 'uid' | 'uname'>[] = [];
    list({ file: join(built, name), sync: true, onReadEntry: entry => entries.push(entry) });
    const facts = entries.map(({ path, type, mode, mtime, uid = 0, uname = '' }) => [
      path,
      type,
      mode,
      mtime?.valueOf(),
      uid,
      uname,
    ]);
    t.deepEqual(facts, [
      ['LICENSE', 'File', 0o644, 0, 0, ''],
      ['NOTICES', 'File', 0o644, 0, 0, ''],
      ['kubectl-seinode', 'File', 0o755, 0, 0, ''],
    ]);
  },
);

onLinux('packed again, the archive is the same', async t => {
  const again = mkdtempSync(join(tmpdir(), 'krew-again-'));
  t.teardown(() => rmSync(again, { recursive: true }));
  execFileSync('cp', [join(built, 'kubectl-seinode'), join(built, 'kubectl-seinode.NOTICES'), again]);
  await packForKrew(join(again, 'kubectl-seinode'));
  t.is(digest(join(again, name)), digest(join(built, name)));
});

/** What `krew install` does: unpack, move into the store, link by the plugin's name. @returns krew's bin. */
function installByHand(): string {
  const krew = mkdtempSync(join(built, 'root-'));
  const store = join(krew, 'store/seinode', `v${version}`);
  mkdirSync(store, { recursive: true });
  mkdirSync(join(krew, 'bin'));
  execFileSync('tar', ['-xzf', join(built, name), '-C', store]);
  symlinkSync(join(store, 'kubectl-seinode'), join(krew, 'bin/kubectl-seinode'));
  return join(krew, 'bin');
}

function findKrew(): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), join(homedir(), '.krew/bin')];
  const commands = directories.flatMap(directory => [
    join(directory, 'kubectl-krew'),
    join(directory, 'krew'),
  ]);
  return commands.find(command => spawnSync(command, ['version']).status === 0);
}

const krew = findKrew();
const kubectl = (await findPrograms())?.kubectl;

wants('krew, and linux on amd64', here && krew !== undefined)('krew installs it', t => {
  const KREW_ROOT = mkdtempSync(join(built, 'root-'));
  const files = [`--manifest=${join(built, 'seinode.yaml')}`, `--archive=${join(built, name)}`];
  const env = { ...process.env, KREW_ROOT, KREW_NO_UPGRADE_CHECK: '1' };
  const { status, stderr } = spawnSync(krew!, ['install', ...files], { env, encoding: 'utf8' });
  t.is(status, 0, stderr);
  t.regex(stderr, /kubectl seinode completion install/);
  t.deepEqual(readdirSync(join(KREW_ROOT, 'store/seinode', `v${version}`)).toSorted(), [
    'LICENSE',
    'NOTICES',
    'kubectl-seinode',
  ]);
  t.is(
    execFileSync(join(KREW_ROOT, 'bin/kubectl-seinode'), ['--version'], { encoding: 'utf8' }),
    `${version}\n`,
  );
});

/** kubectl with the plugin on PATH, as krew leaves it. */
function makeKubectl() {
  const PATH = `${installByHand()}:/usr/bin:/bin`;
  const run = (args: string, input = '') =>
    spawnSync(kubectl!, args.split(' '), { env: { PATH, HOME: built }, input, encoding: 'utf8' });
  return { PATH, run };
}

const byKubectl = here ? requires('kubectl', kubectl !== undefined) : wants('linux on amd64', false);

byKubectl('kubectl finds the plugin and shows its version', t => {
  const { PATH, run } = makeKubectl();
  t.is(run('seinode --version').stdout, `${version}\n`);
  t.true(
    run('plugin list')
      .stdout.split('\n')
      .includes(`${PATH.split(':')[0]}/kubectl-seinode`),
  );
});

byKubectl('standard input, output and exit codes pass through kubectl', t => {
  const { run } = makeKubectl();
  t.is(run(`seinode list -f ${examples}`).status, 0);
  t.is(run(`seinode tls check -f ${examples}`).status, 1);
  t.is(run('seinode lisst').status, 2);
  t.is(run('seinode list -f -', 'kind: [').status, 3);
  const node =
    'apiVersion: sei.io/v1alpha1\nkind: SeiNode\nmetadata: {name: n0}\nspec: {chainId: c, image: i, fullNode: {}}\n';
  t.is(run('seinode list -o name -f -', node).stdout, 'seinode.sei.io/n0\n');
});

byKubectl('an interrupt ends the plugin that kubectl became', async t => {
  const { PATH } = makeKubectl();
  const child = spawn(kubectl!, ['seinode', 'list', '-f', '-'], {
    env: { PATH, HOME: built },
    stdio: 'pipe',
  });
  const ended = new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)));
  while (!readlinkSync(`/proc/${child.pid}/exe`).endsWith('/kubectl-seinode')) await setImmediate();
  child.kill('SIGINT');
  // A shell says 130.
  t.is(await ended, 'SIGINT');
});

byKubectl('completion install beside the link makes kubectl complete, and an upgrade leaves it', t => {
  const { PATH, run } = makeKubectl();
  const bin = PATH.split(':')[0]!;
  t.is(run('seinode completion install').status, 0);
  t.regex(run('__complete seinode tls c').stdout, /^check\t[^\n]+\n:4\n$/);
  // krew puts the new version elsewhere and moves the link.
  const next = join(bin, '../store/seinode/v99');
  execFileSync('mv', [join(bin, '../store/seinode', `v${version}`), next]);
  rmSync(join(bin, 'kubectl-seinode'));
  symlinkSync(join(next, 'kubectl-seinode'), join(bin, 'kubectl-seinode'));
  t.regex(run('__complete seinode tls c').stdout, /^check\t/);
});
