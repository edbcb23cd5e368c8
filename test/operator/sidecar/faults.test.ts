import { EventEmitter, once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { SidecarClientOptions } from '../../../operator/sidecar/client.ts';
import { json, listen, writeFiles } from '../../cluster/fakes.ts';
import { clientOf, fakeSidecar, fixturePair, open, secret, secured, task, token } from './fake-sidecar.ts';

const pair = fixturePair('ecSEC1');
const at = 'the sidecar at https://n0-0.n0.arctic.svc.cluster.local:8443';

/** Both ways a task is asked for wait, with this message; the token is in none. */
async function waits(
  t: ExecutionContext,
  port: number,
  message: string,
  options?: Partial<SidecarClientOptions>,
): Promise<void> {
  const client = clientOf(t, port, options);
  client.follow(secured, secret(pair));
  for (const ask of [client.submit, client.poll]) {
    const outcome = await ask(secured, task);
    t.deepEqual(outcome, { id: task.id, attempt: 0, kind: 'waiting', message });
    t.false(token.split('.').some(part => JSON.stringify(outcome).includes(part)));
  }
}

/** A server that does something else than answer. @returns its port, and each connection it gets. */
async function rude(t: ExecutionContext, greet: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    greet(socket.on('error', () => {}));
  });
  t.teardown(() => server.close());
  return { port: await listen(server), sockets, arrived: once(server, 'connection') };
}

/** Resolves once a connection is over, and fails where that is only as the process ends. */
function over(socket: Socket): Promise<unknown> {
  return socket.destroyed
    ? Promise.resolve()
    : once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
}

/** Long enough for a handshake on a machine that does much else: what comes after it is tested. */
const soon = { patience: 5_000 };
const answers: readonly [string, RequestListener, string, Partial<SidecarClientOptions>?][] = [
  ['no answer', () => {}, `${at} does not answer within 5 s (NO_ANSWER)`, soon],
  [
    'an answer that stops',
    (_request, response) => response.writeHead(200, { 'content-length': '9' }).write('{'),
    `${at} does not end its answer within 5 s (STALLED)`,
    soon,
  ],
  [
    'half an answer',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '9' }).write('{');
      setImmediate(() => response.destroy());
    },
    `${at} broke its answer off half way (BROKEN_OFF)`,
  ],
  [
    'a connection that is closed on the request',
    request => request.socket.destroy(),
    `${at} closed the connection before it answered (ECONNRESET)`,
  ],
  [
    'an answer without end',
    (_request, response) => {
      const more = () => response.write('x'.repeat(100_000)) && setImmediate(more);
      response.on('drain', more).on('error', () => {});
      more();
    },
    `${at} sends a longer answer than any task has (TOO_LONG)`,
  ],
  [
    'a redirect',
    json({}, 307, { location: 'https://elsewhere.test/' }),
    'the sidecar answers 307, and redirects are not followed',
  ],
];
for (const [title, answer, message, options] of answers) {
  test(`${title}: the task waits`, async t => {
    const { port } = await fakeSidecar(t, pair, answer);
    await waits(t, port, message, options);
  });
}

test('nothing listens: the task waits', async t => {
  await waits(t, 1, `${at} refuses the connection: nothing listens there yet (ECONNREFUSED)`);
});

for (const [code, says] of [
  ['ENOTFOUND', 'has no address in DNS: its pod or Service is not there yet'],
  ['EAI_AGAIN', "cannot be looked up: the cluster's DNS does not answer"],
] as const) {
  test(`DNS answers ${code}: the task waits`, async t => {
    const lookup = (_name: string, _options: object, found: (error: Error) => void) =>
      found(Object.assign(new Error(), { code }));
    const route = (host: string, port: number) => ({ host, port, lookup: lookup as never });
    await waits(t, 0, `${at} ${says} (${code})`, { route });
  });
}

test('a handshake that never ends: the task waits, and the connection is given up', async t => {
  const { port, sockets } = await rude(t, socket => socket.resume());
  const why = 'takes no connection within 5 s: a NetworkPolicy may keep the operator out';
  await waits(t, port, `${at} ${why} (ETIMEDOUT)`, soon);
  await Promise.all(sockets.map(over));
});

for (const [what, says] of [
  ['forget', 'closed the connection before it answered (ECONNRESET)'],
  ['close', 'is not asked any more: the operator stops (CLOSED)'],
] as const) {
  test(`a handshake under way ends by ${what}`, async t => {
    const { port, sockets, arrived } = await rude(t, socket => socket.resume());
    const client = clientOf(t, port, { patience: 60_000 });
    client.follow(secured, secret(pair));
    const outcome = client.submit(secured, task);
    await arrived;
    client[what](secured);
    t.like(await outcome, { message: `${at} ${says}` });
    await Promise.all(sockets.map(over));
  });
}

test('a connection closed in the handshake: the task waits', async t => {
  const { port } = await rude(t, socket => socket.destroy());
  await waits(t, port, `${at} closed the connection before it answered (ECONNRESET)`);
});

test('a server without TLS: the task waits, and no request is seen', async t => {
  const fake = await fakeSidecar(t, undefined);
  const client = clientOf(t, fake.port);
  client.follow(secured, secret(pair));
  const outcome = await client.submit(secured, task);
  t.like(outcome, { kind: 'waiting' });
  t.regex(JSON.stringify(outcome), /does not come to terms on TLS \((EPROTO|ERR_SSL_[A-Z_]+)\)/);
  t.deepEqual(fake.seen, []);
});

const tokens: readonly [string, Record<string, string>, string][] = [
  [
    'not there',
    {},
    "the operator's ServiceAccount token cannot be read: mount it where the operator looks for it",
  ],
  ['empty', { file: '\n' }, "the operator's ServiceAccount token is none: its file holds something else"],
  [
    'two lines',
    { file: 'a\nb' },
    "the operator's ServiceAccount token is none: its file holds something else",
  ],
];
for (const [title, files, message] of tokens) {
  test(`the token's file is ${title}: the task waits and no request is sent`, async t => {
    const fake = await fakeSidecar(t, pair);
    const path = writeFiles(t, { other: '', ...files } as Record<string, string>);
    await waits(t, fake.port, message, { token: path.file ?? `${path.other}-not` });
    t.deepEqual(fake.seen, []);
  });
}

test('a sidecar that repeats the token puts it into no message', async t => {
  const repeats: RequestListener = (request, response) =>
    json({ error: `who is ${request.headers.authorization}?` }, 500)(request, response);
  const { port } = await fakeSidecar(t, pair, repeats);
  await waits(t, port, 'the sidecar answers 500 (who is Bearer [token]?)');
});

test('a node whose Secret nobody has seen yet waits', async t => {
  const outcome = await clientOf(t, 0).submit(secured, task);
  t.like(outcome, { kind: 'waiting', message: 'Secret arctic/n0-tls has not been seen yet' });
});

for (const node of [open, secured]) {
  test(`kept connections end as the client closes, ${node === open ? 'without' : 'under'} TLS`, async t => {
    const fake = await fakeSidecar(t, node === secured ? pair : undefined);
    const client = clientOf(t, fake.port);
    client.follow(node, secret(pair));
    await client.submit(node, task);
    t.is(fake.connections().open, 1);
    client.close();
    await fake.left();
  });
}

for (const [title, node] of [['TLS', secured] as const, ['plain HTTP', open] as const]) {
  test(`over ${title} a request under way ends as the client closes, and so does its connection`, async t => {
    const arrivals = new EventEmitter();
    const arrived = once(arrivals, 'request');
    const fake = await fakeSidecar(t, node === secured ? pair : undefined, () => arrivals.emit('request'));
    const client = clientOf(t, fake.port);
    client.follow(node, secret(pair));
    const outcome = client.submit(node, task);
    await arrived;
    client.close();
    t.regex(JSON.stringify(await outcome), /is not asked any more: the operator stops \(CLOSED\)/);
    await fake.left();
    t.like(await client.submit(node, task), { kind: 'waiting' });
    t.is(fake.connections().opened, 1);
  });
}
