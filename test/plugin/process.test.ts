import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { examples } from './terminal.ts';

const main = join(import.meta.dirname, '../../plugin/main.ts');

function start(args: readonly string[], stdio: ('pipe' | 'ignore' | number)[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { stdio });
}

function ended(child: ChildProcess): Promise<number | string | null> {
  return new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)));
}

const exits = test.macro({
  async exec(t, command: string, code: number) {
    const child = start(command.replace('DIR', examples).split(' '), ['ignore', 'ignore', 'ignore']);
    t.is(await ended(child), code);
  },
  title: (_title, command, code) => `the process of "${command}" exits ${code}`,
});

test(exits, 'list -f DIR', 0);
test(exits, 'tls check -f DIR', 1);
test(exits, 'lisst', 2);
test(exits, 'list -f nope', 3);

test('a reader that goes away is no error, and nothing is said of it', async t => {
  const child = start(['list', '-f', examples, '-o', 'json'], ['ignore', 'pipe', 'pipe']);
  child.stdout?.destroy();
  const [code, err] = await Promise.all([ended(child), text(child.stderr!)]);
  t.is(err, '');
  t.is(code, 0);
});

test('-f - reads what is piped in', async t => {
  const child = start(['list', '-f', '-', '-o', 'name'], ['pipe', 'pipe', 'pipe']);
  child.stdin?.end(
    'apiVersion: sei.io/v1alpha1\nkind: SeiNode\nmetadata: {name: n0}\nspec: {chainId: c, image: i, fullNode: {}}\n',
  );
  t.is(await text(child.stdout!), 'seinode.sei.io/n0\n');
});

const full = '/dev/full';
(existsSync(full) ? test : test.skip)('a full disk is one line on stderr and exit 3', async t => {
  const file = openSync(full, 'w');
  const child = start(['list', '-f', examples], ['ignore', file, 'pipe']);
  closeSync(file);
  const [code, err] = await Promise.all([ended(child), text(child.stderr!)]);
  t.is(err, 'error: the output cannot be written: ENOSPC\n');
  t.is(code, 3);
});

test('an interrupt while standard input is read ends the process by that signal', async t => {
  const child = start(['list', '-f', '-'], ['pipe', 'pipe', 'pipe']);
  child.kill('SIGINT');
  t.is(await ended(child), 'SIGINT');
});
