import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../../directory.ts';
import { wants } from '../../requires.ts';

const main = join(import.meta.dirname, '../../../plugin/main.ts');
const completer = 'kubectl_complete-seinode';
/** The superuser may write anywhere: what is refused is seen only by others, who must be able to read this clone. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const readable = spawnSync(process.execPath, ['-e', `fs.readFileSync('${main}')`], nobody).status === 0;
const refused = wants('a user other than root who can read the clone', readable);

/** A home with krew's directory, its versioned store and a link to the plugin there. */
function makeHome(): { home: string; krew: string; local: string } {
  const home = temporaryDirectory('home');
  const [krew, local, store] = ['.krew/bin', '.local/bin', '.krew/store/seinode/v1'].map(path =>
    join(home, path),
  );
  for (const directory of [krew!, local!, store!]) {
    mkdirSync(directory, { recursive: true });
  }
  writeFileSync(join(store!, 'kubectl-seinode'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
    mode: 0o755,
  });
  symlinkSync(join(store!, 'kubectl-seinode'), join(krew!, 'kubectl-seinode'));
  spawnSync('chmod', ['-R', 'a+rwX', home]);
  return { home, krew: krew!, local: local! };
}

function install(home: string, path: readonly string[], user = {}) {
  const env = { HOME: home, PATH: [...path, '/usr/bin', '/bin'].join(':') };
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `umask 077; exec '${process.execPath}' '${main}' completion install`],
    {
      env,
      encoding: 'utf8',
      ...user,
    },
  );
  return { status, stdout, stderr };
}

test('it writes an executable beside the link on PATH, and says how to go on', t => {
  const { home, krew, local } = makeHome();
  const { status, stdout, stderr } = install(home, [local, krew]);
  t.is(status, 0);
  t.is(stderr, '');
  t.true(stdout.startsWith(`${join(krew, completer)} is in place\n`));
  t.regex(stdout, /source <\(kubectl completion bash\)/);
  t.is(statSync(join(krew, completer)).mode & 0o777, 0o755);
  t.deepEqual(readdirSync(krew).toSorted(), ['kubectl-seinode', completer]);
});

test('what it writes answers by the plugin on PATH, not by a version of it', t => {
  const { home, krew } = makeHome();
  install(home, [krew]);
  const env = { PATH: `${krew}:/usr/bin:/bin` };
  const { stdout, stderr } = spawnSync(join(krew, completer), ['tls', 'c'], {
    env,
    encoding: 'utf8',
    input: 'x',
  });
  t.is(stdout, "check\tWhether each node's Secret can be served\n:4\n");
  t.is(stderr, '');
  t.notRegex(readFileSync(join(krew, completer), 'utf8'), /store|home/);
});

test('a second time it changes nothing', t => {
  const { home, krew, local } = makeHome();
  const first = install(home, [krew]);
  const { ino } = statSync(join(krew, completer));
  t.deepEqual(install(home, [local, krew]), first);
  t.is(statSync(join(krew, completer)).ino, ino);
});

test('one of an earlier version is replaced where it is', t => {
  const { home, krew, local } = makeHome();
  writeFileSync(
    join(local, completer),
    '#!/bin/sh\n# Written by "kubectl seinode completion install"\nfalse\n',
    { mode: 0o600 },
  );
  chmodSync(join(local, completer), 0o666);
  t.is(install(home, [krew, local]).status, 0);
  t.regex(readFileSync(join(local, completer), 'utf8'), /exec kubectl-seinode/);
  t.is(statSync(join(local, completer)).mode & 0o777, 0o755);
  t.deepEqual(readdirSync(krew), ['kubectl-seinode']);
});

test("somebody else's file is left alone", t => {
  const { home, krew } = makeHome();
  writeFileSync(join(krew, completer), 'echo mine\n');
  const { status, stdout, stderr } = install(home, [krew]);
  t.is(status, 3);
  t.is(stdout, '');
  t.is(stderr, `error: ${join(krew, completer)} is there and not ours: remove it first\n`);
  t.is(readFileSync(join(krew, completer), 'utf8'), 'echo mine\n');
});

test('a dangling link is somebody else’s as well', t => {
  const { home, krew } = makeHome();
  symlinkSync(join(home, 'nowhere'), join(krew, completer));
  t.is(install(home, [krew]).status, 3);
});

refused('where the link’s directory is read-only, ~/.local/bin on PATH takes it', t => {
  const { home, krew, local } = makeHome();
  chmodSync(krew, 0o555);
  t.is(install(home, [krew, local], nobody).status, 0);
  t.is(statSync(join(local, completer)).mode & 0o777, 0o755);
});

refused('where nothing on PATH can be written, it says what to do', t => {
  const { home, krew, local } = makeHome();
  chmodSync(krew, 0o555);
  const { status, stderr } = install(home, [krew], nobody);
  t.is(status, 3);
  t.is(stderr, `error: ${krew} cannot be written: run this as its owner, or have ${local} on PATH\n`);
});

test('where the plugin is not on PATH, kubectl would not find it either', t => {
  const { home, local } = makeHome();
  const { status, stderr } = install(home, [local, join(home, 'node_modules/.bin')]);
  t.is(status, 3);
  t.is(stderr, 'error: kubectl-seinode is not on PATH, where kubectl looks for it: put it there first\n');
});

test('completion SHELL prints the script for that shell', t => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { stdout, status } = spawnSync(process.execPath, [main, 'completion', shell], { encoding: 'utf8' });
    t.is(status, 0);
    t.is(stdout, readFileSync(join(main, `../completion/shell/completion.${shell}`), 'utf8'));
  }
});
