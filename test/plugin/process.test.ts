import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import stringWidth from 'string-width';
import { nodeYAML } from './source/manifests.ts';
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

for (const format of ['table', 'json', 'sarif', 'junit', 'github']) {
  test(`a reader that takes the first of many lines of ${format} leaves the exit code as it is`, async t => {
    const manifest = Array.from({ length: 1500 }, (_, at) => nodeYAML(`n${at}`, '  retain: 1\n')).join(
      '---\n',
    );
    const child = start(['policy', 'check', '-f', '-', '-o', format], ['pipe', 'pipe', 'pipe']);
    child.stdin?.end(manifest);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [code, err] = await Promise.all([ended(child), text(child.stderr!)]);
    t.is(err, '');
    t.is(code, 1);
  });
}

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

/** What a screen of 80 columns shows of a command; `script` makes a terminal of it. */
function onScreen(command: string, env: NodeJS.ProcessEnv = {}): string {
  const shell = `stty cols 80 rows 24; '${process.execPath}' '${main}' ${command}`;
  const { stdout } = spawnSync('script', ['-qec', shell, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
    encoding: 'utf8',
  });
  return stdout;
}

const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const onTerminal = hasScript ? test : test.skip;
const fleet = `-f '${examples}' --now 2026-06-01T00:00:00Z`;

onTerminal('on a terminal there is colour, and no line is wider than it', t => {
  for (const command of ['list -A', 'list', 'tls check', 'policy check', 'inspect good-ec']) {
    const shown = onScreen(`${command} ${fleet}`).replaceAll(examples, 'examples/fleet');
    t.true(shown.includes('\u001b['), command);
    const lines = stripVTControlCharacters(shown).split('\r\n');
    t.deepEqual(
      lines.filter(line => stringWidth(line) > 80),
      [],
      command,
    );
  }
});

onTerminal('NO_COLOR, a dumb terminal and --color never leave the same without colour', t => {
  const painted = onScreen(`tls check ${fleet}`);
  const plain = stripVTControlCharacters(painted);
  t.is(onScreen(`tls check ${fleet}`, { NO_COLOR: '1' }), plain);
  t.is(onScreen(`tls check ${fleet}`, { TERM: 'dumb' }), plain);
  t.is(onScreen(`tls check ${fleet} --color never`), plain);
  t.is(onScreen(`tls check ${fleet} --color always`, { NO_COLOR: '1', TERM: 'dumb' }), painted);
});

onTerminal('a terminal that is dumb or has no size can be asked, but nothing is drawn on it', t => {
  const file = join(import.meta.dirname, '../../plugin/process.ts');
  const told = `import { processTerminal } from '${file}';
    const { ask, stream } = processTerminal().dialogue; console.log(typeof ask, typeof stream);`;
  const command = `'${process.execPath}' --input-type=module -e "${told}"`;
  const on = (TERM: string, columns: number) =>
    spawnSync('script', ['-qec', `stty cols ${columns}; ${command}`, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM },
      encoding: 'utf8',
    }).stdout;
  t.is(on('xterm', 80), 'function object\r\n');
  t.is(on('dumb', 80), 'function undefined\r\n');
  t.is(on('xterm', 0), 'function undefined\r\n');
});

onTerminal('COLUMNS makes a terminal wider, and a pipe is no terminal', t => {
  const wide = onScreen(`list -A ${fleet} --color never`, { COLUMNS: '200' });
  t.true(wide.startsWith('NAMESPACE   NAME '));
  t.is(onScreen(`list -A ${fleet} | cat`), wide);
});
