import type { RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Observed } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { connections as connectionLimit } from '../../cluster/transport.ts';
import { apply, create, patchStatus, remove, update } from '../../cluster/write.ts';
import { client, fakeServer, json, kubeconfig, seiNode } from './fakes.ts';

const target = { resource: seiNodes, namespace: 'default', name: 'a' };
const object = { ...seiNode('a'), apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', note: 'ü' };
const refused = (status: number, reason: string, headers = {}) =>
  json({ kind: 'Status', reason, message: 'said', code: status }, status, headers);
const cut: RequestListener = request => void request.socket.resetAndDestroy();

/** A client of a server that answers so, in order, and what it was asked: method, URL, content type and body. */
async function asked(t: ExecutionContext, ...answers: RequestListener[]) {
  const requests: string[][] = [];
  const { url } = await fakeServer(t, async (request, response) => {
    const answer = answers.shift() ?? json(object);
    const { method = '', url = '', headers } = request;
    // What is cut is cut before anything else.
    if (answer !== cut) requests.push([method, url, headers['content-type'] ?? '', await text(request)]);
    else requests.push([method]);
    answer(request, response);
  });
  const waits: number[] = [];
  const opened = client(t, kubeconfig(t, { server: url }), {
    wait: async milliseconds => void waits.push(milliseconds),
  });
  return { client: opened, requests, waits };
}

const path = '/apis/sei.io/v1alpha1/namespaces/default/seinodes';
const uid = '6f1c';
for (const [title, write, expected, value] of [
  [
    'create posts',
    c => create(c, target, object, 'm'),
    ['POST', `${path}?fieldManager=m`, 'application/json'],
    object,
  ],
  [
    'update puts',
    c => update(c, target, object, 'm'),
    ['PUT', `${path}/a?fieldManager=m`, 'application/json'],
    object,
  ],
  [
    'apply patches by server-side apply',
    c => apply(c, target, object, { fieldManager: 'm', force: true }),
    ['PATCH', `${path}/a?fieldManager=m&force=true`, 'application/apply-patch+yaml'],
    object,
  ],
  [
    'a status is patched under its resourceVersion',
    c => patchStatus(c, target, '7', { phase: null }, 'm'),
    ['PATCH', `${path}/a/status?fieldManager=m`, 'application/merge-patch+json'],
    { metadata: { resourceVersion: '7' }, status: { phase: null } },
  ],
  [
    'remove deletes under a UID',
    c => remove(c, target, { uid, propagationPolicy: 'Foreground' }),
    ['DELETE', `${path}/a`, 'application/json'],
    { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, propagationPolicy: 'Foreground' },
  ],
] as [string, (c: Parameters<typeof create>[0]) => Promise<unknown>, string[], object][]) {
  test(`${title}, and is sent once though its answer is lost`, async t => {
    const { client, requests } = await asked(t, json(object), cut);
    await write(client);
    t.deepEqual(requests[0]?.slice(0, 3), expected);
    t.deepEqual(JSON.parse(requests[0]?.[3] ?? ''), value);
    // The connection was kept: a read would be sent again on another.
    const error = await t.throwsAsync(write(client), { message: /connection was (reset|closed)/ });
    t.like(error, { fault: {} });
    t.is((error as unknown as { fault: { status?: number } }).fault.status, undefined);
    t.is(requests.length, 2);
  });
}

test('a write that the server did not begin is sent again when it says, and no other', async t => {
  const busy = await asked(t, refused(429, 'TooManyRequests', { 'retry-after': '3' }));
  await create(busy.client, target, object, 'm');
  t.deepEqual([busy.requests.length, busy.waits], [2, [3000]]);
  const down = await asked(t, refused(503, 'ServiceUnavailable', { 'retry-after': '3' }));
  const error = await t.throwsAsync(create(down.client, target, object, 'm'));
  t.like(error, { fault: { status: 503, retryAfter: 3000 } });
  t.deepEqual([down.requests.length, down.waits], [1, []]);
});

for (const [reason, message] of [
  ['AlreadyExists', /^cannot create seinodes\.sei\.io in the namespace default: there is one of that name$/],
  [
    'Conflict',
    /^cannot create \S+ in the namespace default: it is not as expected any more \(409: said\), read it/,
  ],
] as const) {
  test(`409 ${reason} is a fault of its own`, async t => {
    const { client } = await asked(t, refused(409, reason));
    const error = await t.throwsAsync(create(client, target, object, 'm'), { message });
    t.like(error, { fault: { status: 409, reason } });
  });
}

test('what is not there is not deleted, and where the kind is not there that is a fault', async t => {
  const removal = { uid, propagationPolicy: 'Background' } as const;
  const gone = await asked(t, refused(404, 'NotFound'), refused(404, ''));
  t.is(await remove(gone.client, target, removal), undefined);
  await t.throwsAsync(remove(gone.client, target, removal), { message: /not found$/ });
});

test('a permission that lacks is named with its subresource', async t => {
  const { client } = await asked(t, refused(403, 'Forbidden'));
  await t.throwsAsync(patchStatus(client, target, '7', {}, 'm'), {
    message:
      /^no permission to patch seinodes\/status\.sei\.io "a" in the namespace default: a Role in default with the verb patch on seinodes\/status \(API group sei\.io\) is needed$/,
  });
});

test('so is the verb create, where what is applied is not there yet', async t => {
  const message =
    'seinodes.sei.io "a" is forbidden: User "bob" cannot create resource "seinodes" in API group "sei.io"';
  const { client } = await asked(t, json({ kind: 'Status', reason: 'Forbidden', message, code: 403 }, 403));
  await t.throwsAsync(apply(client, target, object, { fieldManager: 'm', force: true }), {
    message:
      /^no permission to patch seinodes\.sei\.io "a" .* a Role in default with the verb create on seinodes /,
  });
});

test('what a webhook refuses is no missing permission', async t => {
  const message = 'admission webhook "seinodes.seinode.sei.io" denied the request: no';
  const denied = { kind: 'Status', reason: 'Forbidden', message, code: 403 };
  const { client } = await asked(t, json(denied, 403));
  await t.throwsAsync(create(client, target, object, 'm'), { message: /answers 403: admission webhook / });
});

/** A fence that somebody else opens and closes. */
function gate() {
  const [closed, asked] = [new AbortController(), [] as string[]];
  const assertHolding = () => {
    asked.push('asked');
    closed.signal.throwIfAborted();
  };
  return { fence: { assertHolding, signal: closed.signal }, asked, close: () => closed.abort(notOurs) };
}
const notOurs = new ClusterError('not ours');

test('a closed fence lets no write through, before a connection is made, and every read', async t => {
  const { url, seen, connections } = await fakeServer(t, json(object));
  const { fence, close } = gate();
  const told: unknown[] = [];
  const c = client(t, kubeconfig(t, { server: url }), { fence, observe: each => void told.push(each) });
  close();
  t.is(await t.throwsAsync(create(c, target, object, 'm')), notOurs);
  t.deepEqual([seen.length, connections(), told.length], [0, 0, 0]);
  t.like(await getIfThere(c, { verb: 'get', ...target }), { kind: 'SeiNode' });
});

test('a fence that closes ends the write under way, and no read', async t => {
  const held: ServerResponse[] = [];
  const arrived = Promise.withResolvers<void>();
  const { url } = await fakeServer(t, (_request, response) => {
    held.push(response as ServerResponse);
    if (held.length === 2) arrived.resolve();
  });
  const { fence, close } = gate();
  const c = client(t, kubeconfig(t, { server: url }), { fence, requestTimeout: 5000 });
  const writing = t.throwsAsync(create(c, target, object, 'm'));
  const reading = getIfThere(c, { verb: 'get', ...target });
  await arrived.promise;
  close();
  t.is(await writing, notOurs);
  for (const response of held) json(object)({} as never, response as never);
  t.like(await reading, { kind: 'SeiNode' });
});

test('a write that waited for a connection is asked for again as it gets one', async t => {
  const held: ServerResponse[] = [];
  const full = Promise.withResolvers<void>();
  const { url, seen } = await fakeServer(t, (request, response) => {
    if (held.length === connectionLimit) return json(object)(request, response as never);
    held.push(response as ServerResponse);
    if (held.length === connectionLimit) full.resolve();
  });
  const { fence } = gate();
  let isOpen = true;
  // No signal comes: the process stood still, and its timers are yet to fire.
  const assertHolding = () => {
    if (!isOpen) throw notOurs;
  };
  const c = client(t, kubeconfig(t, { server: url }), { fence: { ...fence, assertHolding } });
  const under = Array.from({ length: connectionLimit }, () => create(c, target, object, 'm'));
  await full.promise;
  const waiting = t.throwsAsync(create(c, target, object, 'm'));
  // The session is there already: it waits in the pool.
  await setImmediate();
  isOpen = false;
  for (const response of held) json(object)({} as never, response as never);
  await Promise.all(under);
  t.is(await waiting, notOurs);
  t.is(seen.length, connectionLimit);
});

test('requests are counted by method, host and status, and those without an answer', async t => {
  const { url } = await fakeServer(t, (request, response) =>
    (request.method === 'GET' ? json(object) : cut)(request, response as never),
  );
  const told: Observed[] = [];
  const c = client(t, kubeconfig(t, { server: url }), { observe: each => void told.push(each) });
  await getIfThere(c, { verb: 'get', ...target });
  await t.throwsAsync(create(c, target, object, 'm'));
  const { host } = new URL(url);
  t.deepEqual(
    told.map(({ seconds, ...rest }) => ({ ...rest, took: seconds > 0 && seconds < 60 })),
    [
      { method: 'GET', host, code: '200', took: true },
      { method: 'POST', host, code: '<error>', took: true },
    ],
  );
});
