import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { list, type ReadEntry } from 'tar';
import { parse } from 'yaml';
import { findGoTool } from '../scripts/go-tool.ts';
import { packForKrew, sha256 } from '../scripts/krew.ts';
import { tools } from '../scripts/release/tools.ts';
import { findPrograms } from './control-plane/programs.ts';
import { temporaryDirectory } from './directory.ts';
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

function isValid(t: ExecutionContext, manifest: string): void {
  const args = ['-skip-install', '-manifest', manifest];
  const { status, stderr } = spawnSync(validator!, args, { encoding: 'utf8' });
  t.is(status, 0, stderr);
}

const validator = findGoTool(tools['validate-krew-manifest']);
const byKrew = requires('Go, to build validate-krew-manifest', validator !== undefined);

byKrew(
  'the committed manifest is one that krew accepts, of this version, and nobody can install by it',
  t => {
    const text = readFileSync(join(root, 'krew-manifest.yaml'), 'utf8');
    // krew wants a manifest named after its plugin.
    const named = join(temporaryDirectory('manifest'), 'seinode.yaml');
    writeFileSync(named, text);
    isValid(t, named);
    const { spec } = parse(text);
    t.is(spec.version, `v${version}`);
    t.regex(spec.caveats, /kubectl seinode completion install/);
    t.true(readFileSync(join(root, 'README.md'), 'utf8').includes(`--archive=dist/${name}\n`));
    for (const { uri, sha256, selector, bin, files } of spec.platforms) {
      const { os, arch } = selector.matchLabels;
      t.is(
        uri,
        `${spec.homepage}/releases/download/v${version}/kubectl-seinode-v${version}-${os}-${arch}.tar.gz`,
      );
      // No archive has this digest: krew refuses to install by the committed file.
      t.is(sha256, '0'.repeat(64));
      t.is(bin, os === 'windows' ? 'kubectl-seinode.exe' : 'kubectl-seinode');
      t.deepEqual(
        files,
        [bin, 'LICENSE', 'NOTICES'].map(from => ({ from, to: '.' })),
      );
    }
  },
);

onLinux('the built manifest has the platform of the archive alone, with its digest', t => {
  const expected = parse(readFileSync(join(root, 'krew-manifest.yaml'), 'utf8'));
  expected.spec.platforms.splice(1);
  expected.spec.platforms[0].sha256 = sha256(join(built, name));
  t.deepEqual(parse(readFileSync(join(built, 'seinode.yaml'), 'utf8')), expected);
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
  await packForKrew(join(again, 'kubectl-seinode'), again, { os: 'linux', arch: 'amd64' });
  t.is(sha256(join(again, name)), sha256(join(built, name)));
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

const krew = here ? findGoTool(tools.krew) : undefined;
const kubectl = (await findPrograms())?.kubectl;

const onKrew = here ? requires('Go, to build krew', krew !== undefined) : wants('linux on amd64', false);

onKrew('krew installs it by its own rules', t => {
  isValid(t, join(built, 'seinode.yaml'));
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
