import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { supervise } from './supervise.ts';
import { until } from './until.ts';

const holder = join(import.meta.dirname, 'holder.ts');
const forever = ['-e', 'setInterval(() => {}, 1e9)'];

type Held = { readonly supervisor: number; readonly program: number; readonly directory: string };

const endings: Record<string, (holder: ChildProcess) => void> = {
  exits: child => child.stdin?.write('exit'),
  throws: child => child.stdin?.write('throw'),
  'gets SIGINT': child => child.kill('SIGINT'),
  'gets SIGTERM': child => child.kill('SIGTERM'),
  'gets SIGHUP': child => child.kill('SIGHUP'),
  'gets SIGKILL': child => child.kill('SIGKILL'),
};

for (const [how, end] of Object.entries(endings)) {
  test(`where the test process ${how}, neither program, supervisor nor directory is left`, async t => {
    const child = spawn(process.execPath, [holder], { stdio: ['pipe', 'pipe', 'ignore'] });
    const held = await said(child.stdout);
    t.true(isThere(held));
    end(child);
    t.true(await until(() => isGone(held)));
  });
}

test('where a worker thread is terminated, neither program, supervisor nor directory is left', async t => {
  const worker = new Worker(holder, { stdin: true, stdout: true });
  const held = await said(worker.stdout);
  t.true(isThere(held));
  await worker.terminate();
  t.true(await until(() => isGone(held)));
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`where the supervisor itself gets ${signal}, neither program nor directory is left`, async t => {
    const supervisor = await supervise();
    const { pid } = await supervisor.run(process.execPath, forever, join(supervisor.directory, 'log'));
    const held = { supervisor: supervisor.pid, program: pid, directory: supervisor.directory };
    t.true(isThere(held));
    process.kill(supervisor.pid, signal);
    t.true(await until(() => isGone(held)));
    await t.throwsAsync(supervisor.run(process.execPath, forever, join(supervisor.directory, 'log')), {
      message: /the supervisor is gone/,
    });
    await supervisor.stop();
  });
}

test('stop returns when everything is gone', async t => {
  const supervisor = await supervise();
  const { pid, ended } = await supervisor.run(process.execPath, forever, join(supervisor.directory, 'log'));
  await supervisor.stop();
  t.true(isGone({ supervisor: supervisor.pid, program: pid, directory: supervisor.directory }));
  t.is(await ended, 'the supervisor is gone');
});

test('a program that ends says how, and its output is in its log', async t => {
  const supervisor = await supervise();
  const log = join(supervisor.directory, 'log');
  const script = 'console.log(1); console.error(2); process.exitCode = 3';
  const { ended } = await supervisor.run(process.execPath, ['-e', script], log);
  t.is(await ended, 'exit 3');
  t.is(readFileSync(log, 'utf8'), '1\n2\n');
  await supervisor.stop();
});

test('a program that is not there is a fault with its path', async t => {
  const supervisor = await supervise();
  await t.throwsAsync(supervisor.run('/nowhere/etcd', [], join(supervisor.directory, 'log')), {
    message: '/nowhere/etcd cannot be run: spawn /nowhere/etcd ENOENT',
  });
  await supervisor.stop();
});

async function said(stdout: Readable): Promise<Held> {
  const [line] = await once(stdout, 'data');
  return JSON.parse(line);
}

function isThere({ supervisor, program, directory }: Held): boolean {
  return isAlive(supervisor) && isAlive(program) && existsSync(directory);
}

function isGone({ supervisor, program, directory }: Held): boolean {
  return !isAlive(supervisor) && !isAlive(program) && !existsSync(directory);
}

/** A process that its parent did not ask about yet is dead as well; Linux says so. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
