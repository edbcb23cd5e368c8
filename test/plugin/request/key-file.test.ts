import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { directory } from '../source/manifests.ts';
import { examples, invoke } from '../terminal.ts';

const main = join(import.meta.dirname, '../../../plugin/main.ts');

function command(keyOut: string): string[] {
  return ['tls', 'request', 'no-secret', '--format', 'csr', '--key-out', keyOut, '-f', examples];
}

/** No request, no key, exit 3 and one sentence. */
async function refused(t: ExecutionContext, keyOut: string, why: RegExp) {
  const { code, out, err } = await invoke(command(keyOut));
  t.is(code, 3);
  t.is(out, '');
  t.regex(err, /^error: --key-out [^\n]+\n$/);
  t.regex(err, why);
}

test('a key replaces no file', async t => {
  const file = join(directory(t, { key: 'mine' }), 'key');
  await refused(t, file, /key: there is something of that name already, .*name another file/);
  t.is(readFileSync(file, 'utf8'), 'mine');
});

test('a key does not go through a link, to nothing, a file or a directory', async t => {
  const dir = directory(t, { file: 'mine' });
  mkdirSync(join(dir, 'directory'));
  for (const target of ['nothing', 'file', 'directory']) {
    symlinkSync(join(dir, target), join(dir, `to-${target}`));
    await refused(t, join(dir, `to-${target}`), /there is something of that name already/);
  }
  t.false(existsSync(join(dir, 'nothing')));
  t.is(readFileSync(join(dir, 'file'), 'utf8'), 'mine');
});

test('a key goes into a directory that is there, and is no directory', async t => {
  const dir = directory(t, { file: '' });
  await refused(t, join(dir, 'nope/key'), /its directory does not exist/);
  await refused(t, join(dir, 'file/key'), /it cannot be written: ENOTDIR/);
  await refused(t, dir, /there is something of that name already/);
  t.deepEqual(readdirSync(dir), ['file']);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('of a key that does not fit on the disk nothing stays', t => {
  const dir = directory(t);
  const limited = ['-c', 'ulimit -f 0; exec "$@"', 'bash', process.execPath, main];
  const { status, stdout, stderr } = spawnSync('bash', [...limited, ...command(join(dir, 'key'))], {
    encoding: 'utf8',
  });
  t.is(status, 3);
  t.is(stdout, '');
  t.regex(stderr, /^error: --key-out \S+: it cannot be written: EFBIG; nothing was kept\n$/);
  t.deepEqual(readdirSync(dir), []);
});

onLinux('the key of a request that could not be written is removed again', async t => {
  const dir = directory(t);
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [main, ...command(join(dir, 'key'))], {
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  const code = new Promise(resolve => child.on('close', resolve));
  t.regex(await text(child.stderr!), /error: nobody received what was made, so its private key was removed/);
  t.is(await code, 3);
  t.deepEqual(readdirSync(dir), []);
});

onLinux('the key of a request that nobody reads is removed again', async t => {
  const dir = directory(t);
  const child = spawn(process.execPath, [main, ...command(join(dir, 'key'))], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const code = new Promise(resolve => child.on('close', resolve));
  t.regex(await text(child.stderr), /^error: nobody received what was made, .*\n$/);
  t.is(await code, 3);
  t.deepEqual(readdirSync(dir), []);
});
