import { EventEmitter, once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer as createHTTPServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { freePort } from '../../control-plane/apiserver.ts';
import { temporaryDirectory } from '../../directory.ts';
import { killAll, launch, sidecar } from '../program.ts';

test.after.always(killAll);

const post = (base: string, body: object, headers = {}) =>
  fetch(`${base}/v0/tasks`, { method: 'POST', body: JSON.stringify(body), headers });
const statusOf = async (url: string) => (await fetch(url)).status;

test('a node is ready once mark-ready came, and no more after a restart, while its task is still known', async t => {
  const first = await sidecar();
  t.is(await statusOf(`${first.open}/v0/healthz`), 503);
  const answer = await post(first.tasks, { type: 'mark-ready' });
  t.is(answer.status, 201);
  const { id } = (await answer.json()) as { id: string };
  const result = await (await fetch(`${first.tasks}/v0/tasks/${id}`)).json();
  t.is(result.type, 'mark-ready');
  while ((await statusOf(`${first.open}/v0/healthz`)) !== 200);
  t.is(await statusOf(`${first.open}/v0/startupz`), 200);
  first.child.kill('SIGTERM');
  t.is(await first.exited, 0);
  const next = await sidecar({ SEI_HOME: first.home });
  t.is(await statusOf(`${next.open}/v0/healthz`), 503);
  t.is((await (await fetch(`${next.tasks}/v0/tasks/${id}`)).json()).status, 'completed');
  t.is((await fetch(`${next.tasks}/v0/tasks/${id}`, { method: 'DELETE' })).status, 204);
  t.is(await statusOf(`${next.tasks}/v0/tasks/${id}`), 404);
  t.deepEqual(await (await fetch(`${next.tasks}/v0/tasks`)).json(), []);
});

const binds = [
  ['trusted-header', 'refused'],
  ['unauthenticated', 'answered'],
] as const;
for (const [mode, outcome] of binds) {
  test(`under ${mode} the tasks port is ${outcome} on another address than 127.0.0.1, the public one answered`, async t => {
    const { tasksPort, publicPort } = await sidecar({ SEI_SIDECAR_AUTHN_MODE: mode });
    t.is(await connects('127.0.0.1', tasksPort), 'answered');
    t.is(await connects('127.0.0.2', tasksPort), outcome);
    t.is(await connects('127.0.0.2', publicPort), 'answered');
  });
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} has what is asked answered, no more taken, and ends it with 0`, async t => {
    const { child, exited, tasksPort } = await sidecar();
    const socket = connect(tasksPort, '127.0.0.1');
    const body = '{"type":"mark-ready"}';
    const head = `host: a\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-length: ${body.length}`;
    socket.write(`POST /v0/tasks HTTP/1.1\r\n${head}\r\n\r\n`);
    // 100 Continue: its headers were read.
    await once(socket, 'data');
    child.kill(signal);
    while ((await connects('127.0.0.1', tasksPort)) === 'answered');
    socket.end(body);
    t.regex(await text(socket), /^HTTP\/1\.1 201 /);
    t.is(await exited, 0);
  });
}

test('a stop waits 25 s for a request that does not end, and no longer: the kubelet kills after 30', async t => {
  const { child, exited, tasksPort } = await sidecar();
  const socket = connect(tasksPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /v0/tasks HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n');
  await once(socket, 'data');
  const begun = performance.now();
  child.kill('SIGTERM');
  const drips = setInterval(() => socket.write('x'), 1_000);
  const killing = setTimeout(() => child.kill('SIGKILL'), 29_000);
  t.is(await exited, 0);
  const took = performance.now() - begun;
  clearInterval(drips);
  clearTimeout(killing);
  t.true(took > 24_900, `${took} ms`);
});

test('a task that a death cut off runs again after the next start, under its id', async t => {
  const asked = new EventEmitter();
  const server = createHTTPServer(() => void asked.emit('asked')).listen(0, '127.0.0.1');
  t.teardown(() => server.close().closeAllConnections());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const first = await sidecar();
  const begun = once(asked, 'asked');
  const params = { url, expectedGenesisHash: 'a'.repeat(64) };
  const { id } = await (await post(first.tasks, { type: 'configure-genesis', params })).json();
  await begun;
  first.child.kill('SIGKILL');
  await first.exited;
  const again = once(asked, 'asked');
  const next = await sidecar({ SEI_HOME: first.home });
  await again;
  t.is((await (await fetch(`${next.tasks}/v0/tasks/${id}`)).json()).status, 'running');
});

test('livez fails where the store is gone, and does not say where it was', async t => {
  const { open, home } = await sidecar();
  t.is(await statusOf(`${open}/v0/livez`), 200);
  rmSync(join(home, 'sidecar.db'));
  const answer = await fetch(`${open}/v0/livez`);
  t.is(answer.status, 503);
  t.deepEqual(await answer.json(), { error: 'the store does not work' });
});

test('without authentication the log names no user: whoever comes may write any', async t => {
  const { tasks, lines } = await sidecar();
  await post(tasks, { type: 'mark-ready' }, { 'X-Remote-User': 'forged' });
  while (!lines.some(line => line.includes('a task completed'))) await statusOf(`${tasks}/v0/tasks`);
  t.false(lines.some(line => line.includes('forged')));
});

test('a port that is taken is named, with its variable, and nothing is left listening', async t => {
  const [taken, tasksPort] = [await freePort(), await freePort()];
  const server = createServer().listen(taken, '0.0.0.0');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { code, output } = await ended({
    SEI_SIDECAR_PORT: `${tasksPort}`,
    SEI_SIDECAR_PUBLIC_PORT: `${taken}`,
  });
  t.is(code, 1);
  t.regex(
    output,
    /cannot listen on 0\.0\.0\.0:\d+ \(SEI_SIDECAR_PUBLIC_PORT\): another process listens there/,
  );
});

test('an authentication mode that is not known stops the start', async t => {
  const { code, output } = await ended({ SEI_SIDECAR_AUTHN_MODE: 'trusted_header' });
  t.is(code, 1);
  t.regex(output, /must be trusted-header, unauthenticated or unset/);
});

test('a volume that cannot be written stops the start with its path', async t => {
  const { code, output } = await ended({ SEI_HOME: '/proc/nowhere' });
  t.is(code, 1);
  t.regex(output, /the store \/proc\/nowhere\/sidecar\.db cannot be opened/);
});

test('metrics and log hold no user, id, parameter, path of the volume or header that a caller sent', async t => {
  const { tasks, open, lines, home } = await sidecar({ SEI_SIDECAR_AUTHN_MODE: 'trusted-header' });
  const secret = 'Zm9yZ2VkLXNlY3JldA';
  const headers = { 'X-Remote-User': `user-${secret}`, authorization: `Bearer ${secret}` };
  await post(tasks, { type: 'mark-ready' }, headers);
  await post(tasks, { type: `type-${secret}` }, headers);
  await post(tasks, { type: 'mark-ready', params: { password: secret } }, headers);
  await fetch(`${tasks}/v0/${secret}`, { headers });
  await fetch(`${tasks}/v0/tasks/${secret}`, { headers });
  await post(tasks, { type: 'mark-ready' }, { authorization: `Bearer ${secret}` });
  const metrics = await (await fetch(`${open}/v0/metrics`)).text();
  t.false(metrics.includes(secret));
  t.false(metrics.includes(home));
  t.false(/[\da-f]{8}-[\da-f]{4}-/.test(metrics));
  t.regex(metrics, /^sidecar_task_duration_seconds_count\{type="mark-ready",status="completed"\} 1$/m);
  t.regex(metrics, /^process_resident_memory_bytes \d+$/m);
  const labels = [...metrics.matchAll(/(\w+)="([^"]*)"/g)].map(([, name]) => name);
  t.deepEqual(
    [...new Set(labels)].filter(name => !allowedLabels.has(name ?? '')),
    [],
  );
  // Who submitted a task stands in the log, for whoever asks later; nothing else of a request does.
  t.deepEqual(
    lines.filter(line => line.includes(secret) && !line.includes(`"user":"user-${secret}"`)),
    [],
  );
});

/** What a label may be called; none of them holds what a caller chose. */
const allowedLabels = new Set([
  'reason',
  'type',
  'status',
  'le',
  'direction',
  'of',
  'kind',
  'space',
  'version',
  'major',
  'minor',
  'patch',
]);

async function ended(changes: Record<string, string>): Promise<{ code: number; output: string }> {
  const child = launch({ SEI_CHAIN_ID: 'arctic-1', SEI_HOME: temporaryDirectory('home'), ...changes });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code, output };
}

function connects(host: string, port: number): Promise<'answered' | 'refused'> {
  return new Promise(resolve => {
    const socket = connect(port, host, () => resolve('answered'));
    socket.on('error', () => resolve('refused')).on('connect', () => socket.end());
  });
}
