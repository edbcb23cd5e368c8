import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { program } from './program.ts';
import { supervise } from './supervise.ts';

const forever = "require('node:fs').writeFileSync('up', ''); setInterval(() => {}, 1e9)";
const deaf = `process.on('SIGTERM', () => {}); ${forever}`;

test('start returns when the program answers, and a second start changes nothing', async t => {
  const { program, up } = await room(t, forever);
  t.is(program.pid(), undefined);
  await program.start();
  t.true(up());
  const pid = program.pid();
  await program.start();
  t.is(program.pid(), pid);
});

test('restart is another process', async t => {
  const { program } = await room(t, forever);
  await program.start();
  const before = program.pid();
  await program.restart();
  t.is(typeof program.pid(), 'number');
  t.not(program.pid(), before);
});

test('stop returns when the program is gone, also where it is gone already', async t => {
  const { program } = await room(t, forever);
  await program.start();
  await program.stop();
  await program.stop();
  t.is(program.pid(), undefined);
});

test('a program that is deaf to SIGTERM is ended by SIGKILL', async t => {
  const { program } = await room(t, deaf);
  await program.start();
  await program.stop('SIGKILL');
  t.is(program.pid(), undefined);
});

test('a program that ends before it answers is a fault with the end of its log', async t => {
  const script = "for (let i = 1; i <= 20; i++) console.error('line', i); process.exitCode = 2";
  const { program } = await room(t, script);
  const { message } = (await t.throwsAsync(program.start())) as Error;
  t.regex(message, /^node: exit 2\nline 11\n(.*\n)*line 20$/);
});

test('a program that ends is a fault also where the question to it hangs', async t => {
  const { program } = await room(t, 'process.exitCode = 2', () => new Promise(() => {}));
  await t.throwsAsync(program.start(), { message: /^node: exit 2/ });
});

test('a program that is stopped is never ready', async t => {
  const { program } = await room(t, forever);
  await t.throwsAsync(program.ready(), { message: 'node is stopped' });
});

async function room(t: ExecutionContext, script: string, answers?: () => Promise<boolean>) {
  const supervisor = await supervise();
  t.teardown(supervisor.stop);
  const up = () => existsSync(join(supervisor.directory, 'up'));
  const command = { name: 'node', path: process.execPath, args: ['-e', script] };
  return { program: program(supervisor, { ...command, answers: answers ?? (async () => up()) }), up };
}
