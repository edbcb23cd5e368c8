import type { RequestListener, ServerResponse } from 'node:http';
import timers from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { ClusterError } from '../../cluster/error.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { type Change, watchAll } from '../../cluster/watch.ts';
import { client, fakeServer, json, kubeconfig, nodeList, seiNode } from './fakes.ts';

/** What the server does at the first request of a kind, the second, and so on; after the last the test is over. */
type Script = { readonly lists: readonly RequestListener[]; readonly watches: readonly RequestListener[] };

/** What a follower saw: changes as `type:names`, losses, waits in milliseconds, and what it asked for. */
type Followed = {
  readonly changes: string[];
  readonly lost: string[];
  readonly waits: number[];
  readonly asked: string[];
  readonly error?: unknown;
};

/** Follows nodes until the script has nothing more to say; no time passes but what `clock` says. */
async function follow(t: ExecutionContext, script: Script, clock: () => number = () => 0): Promise<Followed> {
  const over = new AbortController();
  const [lists, watches] = [[...script.lists], [...script.watches]];
  const { url, seen } = await fakeServer(t, (request, response) => {
    const answer = (/[?&]watch=1/.test(request.url ?? '') ? watches : lists).shift();
    if (answer) answer(request, response);
    else over.abort();
  });
  const followed: Followed = { changes: [], lost: [], waits: [], asked: [] };
  const options = {
    query: { labelSelector: 'a=b' },
    signal: over.signal,
    wait: async (milliseconds: number) => void followed.waits.push(milliseconds),
    random: () => 0.5,
    now: clock,
    lost: (error: ClusterError) => void followed.lost.push(error.message),
  };
  const opened = client(t, kubeconfig(t, { server: url }));
  try {
    for await (const change of watchAll(opened, seiNodes, 'default', options))
      followed.changes.push(shown(change));
  } catch (error) {
    return { ...followed, asked: asked(seen), error };
  }
  return { ...followed, asked: asked(seen) };
}

function shown(change: Change): string {
  const objects = change.type === 'listed' ? change.items : [change.object];
  return `${change.type}:${objects.map(({ metadata }) => (metadata as { name: string }).name).join(',')}`;
}

function asked(seen: readonly { url: string }[]): string[] {
  return seen.map(({ url }) => {
    const { searchParams } = new URL(url, 'http://x');
    return searchParams.has('watch') ? `watch ${searchParams.get('resourceVersion')}` : 'list';
  });
}

const listed = (version: string, ...names: string[]) =>
  json(
    nodeList(
      names.map(name => seiNode(name, version)),
      { resourceVersion: version },
    ),
  );
const event = (type: string, name: string, version: string) =>
  `${JSON.stringify({ type, object: seiNode(name, version) })}\n`;
const status = (code: number, reason: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  reason,
  message: reason,
  code,
});
const refused = (code: number, reason: string) => json(status(code, reason), code);

/** A watch that says these things and then ends, in order or by a reset. */
function stream(
  lines: string,
  end: (response: ServerResponse) => void = response => response.end(),
): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (lines === '') end(response);
    else response.write(lines, () => end(response));
  };
}
const reset = (response: ServerResponse) => void setImmediate(() => response.socket?.resetAndDestroy());

test('a collection is listed once, and then every change is told from there', async t => {
  const lines = event('ADDED', 'b', '6') + event('MODIFIED', 'a', '7') + event('DELETED', 'b', '8');
  const { changes, asked, lost, error } = await follow(t, {
    lists: [listed('5', 'a')],
    watches: [stream(lines)],
  });
  t.deepEqual(changes, ['listed:a', 'applied:b', 'applied:a', 'deleted:b']);
  t.deepEqual(asked, ['list', 'watch 5', 'watch 8']);
  t.deepEqual(lost, []);
  t.is(error, undefined);
});

test('a watch asks for bookmarks, and goes on from the last of them', async t => {
  const { changes, asked } = await follow(t, {
    lists: [listed('5')],
    watches: [stream(event('ADDED', 'a', '6') + event('BOOKMARK', '', '90')), stream('')],
  });
  t.deepEqual(changes, ['listed:', 'applied:a']);
  t.deepEqual(asked, ['list', 'watch 5', 'watch 90', 'watch 90']);
});

const endings: readonly [
  title: string,
  ending: RequestListener,
  lost: RegExp | undefined,
  isBroken: boolean,
][] = [
  ['a clean end', stream(event('ADDED', 'a', '6')), undefined, false],
  ['a reset', stream(event('ADDED', 'a', '6'), reset), /connection was (reset|closed)/, true],
  ['an event that is torn', stream(`${event('ADDED', 'a', '6')}{"type":"ADD`), /sends broken JSON$/, true],
  ['an event that is none', stream(`${event('ADDED', 'a', '6')}[]\n`), /sends broken JSON$/, true],
  [
    'an event without an object',
    stream(`${event('ADDED', 'a', '6')}{"type":"ADDED"}\n`),
    /sends broken JSON$/,
    true,
  ],
  [
    'an ERROR event of 500',
    stream(
      `${event('ADDED', 'a', '6')}${JSON.stringify({ type: 'ERROR', object: status(500, 'InternalError') })}\n`,
    ),
    /answers 500: InternalError$/,
    false,
  ],
];
for (const [title, ending, loss, isBroken] of endings) {
  test(`after ${title} ${isBroken ? 'all is listed, for the server may be another' : 'a watch goes on from the last event'}`, async t => {
    const { changes, asked, lost, error } = await follow(t, {
      lists: [listed('5'), listed('6', 'a')],
      watches: [ending, stream(event('DELETED', 'a', '7'))],
    });
    t.is(error, undefined);
    const [relisted, list] = isBroken ? [['listed:a'], ['list']] : [[], []];
    t.deepEqual(changes, ['listed:', 'applied:a', ...relisted, 'deleted:a']);
    t.deepEqual(asked, ['list', 'watch 5', ...list, 'watch 6', 'watch 7']);
    t.is(lost.length, loss ? 1 : 0);
    if (loss) t.regex(lost[0] ?? '', loss);
  });
}

const html: RequestListener = (_request, response) => {
  response.writeHead(502, { 'content-type': 'text/html' }).end('<html>');
};
for (const [title, answer] of [
  ['429', refused(429, 'TooManyRequests')],
  ['500', refused(500, 'InternalError')],
  ['HTML with 502', html],
] as const) {
  test(`where a watch is refused by ${title} it is asked again, and the loss is told`, async t => {
    const { asked, lost, error } = await follow(t, {
      lists: [listed('5')],
      watches: [answer, stream(event('ADDED', 'a', '6'))],
    });
    t.is(error, undefined);
    t.deepEqual(asked, ['list', 'watch 5', 'watch 5', 'watch 6']);
    t.is(lost.length, 1);
  });
}

const gone = JSON.stringify({ type: 'ERROR', object: status(410, 'Expired') });
for (const [title, answer] of [
  ['by its status', refused(410, 'Expired')],
  ['by an event', stream(`${gone}\n`)],
] as const) {
  test(`a moment that the server no longer knows, said ${title}, is listed anew, and nobody is alarmed`, async t => {
    const { changes, asked, lost } = await follow(t, {
      lists: [listed('5', 'a', 'b'), listed('50', 'b')],
      watches: [answer],
    });
    t.deepEqual(changes, ['listed:a,b', 'listed:b']);
    t.deepEqual(asked, ['list', 'watch 5', 'list', 'watch 50']);
    t.deepEqual(lost, []);
  });
}

test('a list that fails on the way is tried again', async t => {
  const { changes, lost } = await follow(t, {
    lists: [listed('5', 'a'), refused(500, 'InternalError'), listed('50', 'b')],
    watches: [refused(410, 'Expired')],
  });
  t.deepEqual(changes, ['listed:a', 'listed:b']);
  t.is(lost.length, 1);
});

for (const [code, reason] of [
  [403, 'Forbidden'],
  [401, 'Unauthorized'],
  [404, 'NotFound'],
  [400, 'BadRequest'],
] as const) {
  test(`${code} ends a watch, for asking again would not help`, async t => {
    const { error, waits } = await follow(t, { lists: [listed('5')], watches: [refused(code, reason)] });
    t.like(error, { fault: { status: code } });
    t.deepEqual(waits, []);
  });
}

test('a watch that cannot begin ends at once', async t => {
  const { error, lost } = await follow(t, { lists: [refused(500, 'InternalError')], watches: [] });
  t.like(error, { fault: { status: 500 } });
  t.deepEqual(lost, []);
});

test('waits double up to half a minute, with chance added', async t => {
  const fails = Array.from({ length: 8 }, () => refused(500, 'InternalError'));
  const { waits } = await follow(t, { lists: [listed('5')], watches: fails });
  t.deepEqual(waits.slice(0, 8), [1200, 2400, 4800, 9600, 19_200, 38_400, 45_000, 45_000]);
});

test('after an event the waits begin anew', async t => {
  const fail = refused(500, 'InternalError');
  const { waits } = await follow(t, {
    lists: [listed('5')],
    watches: [fail, fail, stream(event('ADDED', 'a', '6')), fail],
  });
  t.deepEqual(waits.slice(0, 4), [1200, 2400, 1200, 2400]);
});

for (const [title, end, waited] of [
  ['is reset after two minutes, the waits begin anew', reset, 1200],
  ['ends in order after two minutes, it is made again at once', undefined, 0],
] as const) {
  test(`where a connection ${title}`, async t => {
    let time = 0;
    const held: RequestListener = (request, response) => {
      time += 120_000;
      stream('', end)(request, response);
    };
    const fail = refused(500, 'InternalError');
    const watches = [fail, fail, held, held];
    const lists = [listed('5'), listed('5'), listed('5')];
    const { waits } = await follow(t, { lists, watches }, () => time);
    t.deepEqual(waits.slice(0, 4), [1200, 2400, waited, waited]);
  });
}

test('a large event may come in many parts', async t => {
  const big = JSON.stringify({ type: 'ADDED', object: { ...seiNode('a', '6'), data: 'ü'.repeat(500_000) } });
  const { changes } = await follow(t, { lists: [listed('5')], watches: [stream(`${big}\n`)] });
  t.deepEqual(changes, ['listed:', 'applied:a']);
});

test('the signal ends a watch that waits for events at once', async t => {
  const over = new AbortController();
  const { url } = await fakeServer(t, (request, response) => {
    const isWatch = /watch=1/.test(request.url ?? '');
    (isWatch ? stream('', () => setImmediate(() => over.abort())) : listed('5'))(request, response);
  });
  const options = { query: {}, random: () => 0, now: () => 0, wait: async () => {}, lost: () => t.fail() };
  const changes: string[] = [];
  for await (const change of watchAll(client(t, kubeconfig(t, { server: url })), seiNodes, undefined, {
    ...options,
    signal: over.signal,
  })) {
    changes.push(shown(change));
  }
  t.deepEqual(changes, ['listed:']);
});

test('a signal that came before the watch is sent ends it, and nothing is sent once the client is closed', async t => {
  const { url, seen, connections } = await fakeServer(t, listed('5'));
  const opened = client(t, kubeconfig(t, { server: url }));
  await opened.get({ verb: 'list', resource: seiNodes });
  await timers.setImmediate();
  const over = AbortSignal.abort(new Error('over'));
  const watch = opened.stream({ verb: 'watch', resource: seiNodes }, {}, over, 1_000);
  await t.throwsAsync(watch.finally(() => opened.close()));
  // What nobody catches beside it fails this file.
  await timers.setImmediate();
  t.deepEqual([seen.length, connections()], [1, 1]);
});
