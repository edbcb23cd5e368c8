import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { halting } from '../../../core/resources/seid.ts';
import { until } from '../../control-plane/until.ts';
import { node } from './nodes.ts';
import { container } from './pod.ts';

/** A home, and before it on PATH a seid that notes its arguments there and writes a genesis. */
function homeWithSeid(t: ExecutionContext): { home: string; env: NodeJS.ProcessEnv; calls: () => string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'seid-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const home = join(directory, 'home');
  mkdirSync(join(home, 'config'), { recursive: true });
  const seid = join(directory, 'seid');
  writeFileSync(
    seid,
    '#!/bin/sh\nprintf \'%s\\n\' "$*" >>"$HOME/calls"\n[ "$1" = start ] || echo {} >"$HOME/config/genesis.json"\n',
  );
  chmodSync(seid, 0o755);
  const calls = () =>
    existsSync(join(home, 'calls')) ? readFileSync(join(home, 'calls'), 'utf8').trim().split('\n') : [];
  return { home, env: { PATH: `${directory}:/usr/bin:/bin`, HOME: home }, calls };
}

async function init(env: NodeJS.ProcessEnv, chainId: string): Promise<void> {
  const [shell = '', ...args] = container(node({ chainId }), 'seid-init').command ?? [];
  await promisify(execFile)(shell, args, { env });
}

test('seid-init makes the home once, and the directory for temporary files always', async t => {
  const { home, env, calls } = homeWithSeid(t);
  await init(env, 'arctic-1');
  rmSync(join(home, 'tmp'), { recursive: true });
  await init(env, 'arctic-1');
  t.deepEqual(calls(), [`init arctic-1 --chain-id arctic-1 --home ${home} --overwrite`]);
  t.true(existsSync(join(home, 'tmp')));
});

test('seid-init leaves the home of an imported volume alone', async t => {
  const { home, env, calls } = homeWithSeid(t);
  writeFileSync(join(home, 'config/genesis.json'), '{"chain":"here"}');
  await init(env, 'arctic-1');
  t.deepEqual(calls(), []);
  t.is(readFileSync(join(home, 'config/genesis.json'), 'utf8'), '{"chain":"here"}');
});

test('a chain is a word to seid-init, never a command', async t => {
  const { home, env, calls } = homeWithSeid(t);
  const chain = '"; touch "$HOME/broken"; $(touch $HOME/broken) `touch $HOME/broken` \'';
  await init(env, chain);
  t.false(existsSync(join(home, 'broken')));
  t.deepEqual(calls(), [`init ${chain} --chain-id ${chain} --home ${home} --overwrite`]);
});

test('a seid init that fails fails the init container', async t => {
  const { env } = homeWithSeid(t);
  await t.throwsAsync(init({ ...env, PATH: '/usr/bin:/bin' }, 'arctic-1'));
});

/** Answers on a port of its own: 503 until it has been asked `times`, then 200. */
async function sidecarReadyAfter(
  t: ExecutionContext,
  times: number,
): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(asked.length > times ? 200 : 503).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

/** Runs seid's container on another port than 9100, sleeping less. */
function start(env: NodeJS.ProcessEnv, port: number) {
  const { command: [shell = '', ...flags] = [], args: [script = ''] = [] } = container(node(), 'seid');
  const elsewhere = script.replaceAll('9100', String(port)).replace('sleep 1', 'sleep 0.05');
  return spawn(shell, [...flags, elsewhere], { env });
}

test('seid starts when the public listener says it is ready, and not before', async t => {
  const { home, env, calls } = homeWithSeid(t);
  const { port, asked } = await sidecarReadyAfter(t, 3);
  const process = start(env, port);
  const code = await new Promise(resolve => process.on('close', resolve));
  t.is(code, 0);
  t.deepEqual(asked, Array(4).fill('GET /v0/healthz'));
  t.deepEqual(calls(), [`start --home ${home}`]);
});

test('seid waits where nobody listens yet, without a word of it', async t => {
  const { env, calls } = homeWithSeid(t);
  const { port, asked } = await sidecarReadyAfter(t, 0);
  const process = start(env, 1);
  let said = '';
  process.stderr.on('data', chunk => {
    said += chunk;
  });
  const ended = new Promise(resolve => process.on('close', resolve));
  // Another one beside it gets through meanwhile.
  await new Promise(resolve => start(env, port).on('close', resolve));
  process.kill();
  await ended;
  t.is(asked.length, 1);
  t.is(calls().length, 1);
  t.is(said, '');
});

/** Runs the bootstrap's seid up to a height, as `start`. @param seid what seid does, in sh. */
function bootstrap(t: ExecutionContext, port: number, seid: string) {
  const { home, env, calls } = homeWithSeid(t);
  writeFileSync(join(home, '../seid'), `#!/bin/bash\nprintf '%s\\n' "$*" >>"$HOME/calls"\n${seid}\n`);
  const { command: [shell = '', ...flags] = [], args: [script = '', ...others] = [] } = halting(
    container(node(), 'seid'),
    198740000,
  );
  const elsewhere = script.replaceAll('9100', String(port)).replace('sleep 1', 'sleep 0.05');
  const process = spawn(shell, [...flags, elsewhere, ...others], { env });
  const code = new Promise(resolve => process.on('close', resolve));
  return { home, process, calls, code };
}

for (const [what, seid, code] of [
  ['ends well where seid halts at its height, with 130', 'exit 130', 0],
  ['ends well where seid ends well', 'exit 0', 0],
  ['fails where seid fails, with its code', 'exit 3', 3],
  [
    'ends well where seid sends itself SIGINT, as at its height',
    "trap 'exit 130' INT; kill -INT $$; exit 9",
    0,
  ],
  [
    'ends well where seid heeds the first of the two signals alone, as since 2026',
    "trap 'trap - INT TERM' INT; kill -INT $$; kill -TERM $$; exit 9",
    0,
  ],
] as const) {
  test(`a bootstrap ${what}`, async t => {
    const { port } = await sidecarReadyAfter(t, 1);
    const run = bootstrap(t, port, seid);
    t.is(await run.code, code);
    t.deepEqual(run.calls(), [`start --home ${run.home} --halt-height 198740000`]);
  });
}

for (const [which, code] of [
  ['of old, which ends with 143', 143],
  ['since 2026, which ends with 0', 0],
] as const) {
  test(`what ends a bootstrap ends its seid in order, and is no success: a seid ${which}`, async t => {
    const { port } = await sidecarReadyAfter(t, 0);
    const seid = `trap 'sleep 0.3; echo ended >>"$HOME/calls"; exit ${code}' TERM; echo up >>"$HOME/calls"; while :; do sleep 0.05; done`;
    const run = bootstrap(t, port, seid);
    t.true(await until(() => run.calls().includes('up')));
    run.process.kill('SIGTERM');
    t.is(await run.code, 143);
    t.is(run.calls().at(-1), 'ended');
  });
}
