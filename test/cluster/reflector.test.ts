import type { RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import type { Collection } from '../../cluster/collection.ts';
import { reflect } from '../../cluster/reflector.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { type Delta, Store } from '../../core/watch/store.ts';
import { client, fakeServer, json, kubeconfig, nodeList, seiNode } from './fakes.ts';

/** What each request is answered, in order; after the last the test is over. */
async function reflected(t: ExecutionContext, answers: RequestListener[], more: Partial<Collection> = {}) {
  const over = new AbortController();
  const { url, seen } = await fakeServer(t, (request, response) => {
    const answer = answers.shift();
    if (answer) answer(request, response);
    else over.abort();
  });
  const store = new Store();
  const [heard, waits, troubles]: [string[][], number[], string[]] = [[], [], []];
  const collection = { resource: seiNodes, ...more };
  await reflect(client(t, kubeconfig(t, { server: url }), { wait: async () => {} }), collection, store, {
    signal: over.signal,
    wait: async milliseconds => void waits.push(milliseconds),
    random: () => 0,
    now: () => 0,
    failed: (_error, trouble) => void troubles.push(trouble),
    heard: deltas => void heard.push(deltas.map(shown)),
  });
  return { store, heard, waits, troubles, seen };
}

function shown({ type, key, object }: Delta): string {
  return `${type} ${key} ${(object.metadata as { resourceVersion: string }).resourceVersion}`;
}

function node(name: string, uid: string, version: string) {
  const made = seiNode(name, version);
  return { ...made, metadata: { ...(made.metadata as object), uid } };
}
const listed = (version: string, ...items: object[]) => json(nodeList(items, { resourceVersion: version }));
const status = (code: number, details = {}) => ({
  kind: 'Status',
  apiVersion: 'v1',
  message: 'm',
  code,
  details,
});
const refused = (code: number, headers = {}) => json(status(code), code, headers);
const events =
  (...told: [type: string, object: object][]): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(told.map(([type, object]) => `${JSON.stringify({ type, object })}\n`).join(''));
  };

test('what is recreated while nobody looks is a deletion and an addition, and bookmarks are signs of life', async t => {
  const { heard, store } = await reflected(t, [
    listed('5', node('a', 'first', '3')),
    events(['BOOKMARK', node('', '', '9')], ['ERROR', status(410)]),
    listed('50', node('a', 'second', '40')),
  ]);
  t.deepEqual(heard, [['added default/a 3'], [], ['deleted default/a 3', 'added default/a 40']]);
  t.is(store.resourceVersion, '50');
});

test('a refusal is waited out: permission and kind may come, or come again', async t => {
  const { heard, troubles, seen } = await reflected(t, [
    refused(403),
    listed('5'),
    refused(401),
    refused(404),
    listed('50', node('a', 'first', '40')),
  ]);
  t.deepEqual(heard, [[], ['added default/a 40']]);
  t.deepEqual(troubles, ['refused', 'refused', 'refused']);
  t.is(seen.filter(({ url }) => /watch=1/.test(url)).length, 3);
});

const html: RequestListener = (_request, response) => {
  response.writeHead(503, { 'content-type': 'text/html', 'retry-after': '7' }).end('<html>');
};
for (const [title, answer] of [
  ['429', refused(429, { 'retry-after': '7' })],
  ['503', refused(503, { 'retry-after': '7' })],
  ['a load balancer', html],
  ['an event', events(['ERROR', status(429, { retryAfterSeconds: 7 })])],
] as const) {
  test(`a watch comes back when it is told to by ${title}`, async t => {
    const { waits } = await reflected(t, [listed('5'), answer]);
    t.is(waits[0], 7000);
  });
}

test('a list that breaks between its pages adds nothing, and is begun anew', async t => {
  const page = json(nodeList([node('a', 'first', '3')], { resourceVersion: '5', continue: 'token' }));
  const { heard, waits } = await reflected(t, [page, refused(500), page, listed('5', node('b', 'b', '4'))]);
  t.deepEqual(heard, [['added default/a 3', 'added default/b 4']]);
  t.is(waits[0], 800);
});

const stalled: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
};
const trickling: RequestListener = (request, response) => {
  stalled(request, response);
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
};
for (const [what, silent] of [
  ['nothing', stalled],
  ['no more than a byte now and then', trickling],
] as const) {
  test(`a watch from which ${what} comes is given up, and listed again`, async t => {
    const { heard, troubles } = await reflected(
      t,
      [listed('5'), silent, listed('5'), events(['ADDED', node('a', 'first', '6')])],
      // More than a busy machine takes to answer.
      { stallLimit: 3_000 },
    );
    t.deepEqual(troubles, ['lost']);
    t.deepEqual(heard, [[], [], ['added default/a 6']]);
  });
}

test('list and watch ask for one namespace and by one selector', async t => {
  const { seen } = await reflected(t, [listed('5')], {
    namespace: 'arctic',
    query: { labelSelector: 'a=b' },
  });
  const asked = seen.map(({ url }) => new URL(url, 'http://x'));
  t.deepEqual(
    asked.map(({ pathname, searchParams }) => [pathname, searchParams.get('labelSelector')]),
    [
      ['/apis/sei.io/v1alpha1/namespaces/arctic/seinodes', 'a=b'],
      ['/apis/sei.io/v1alpha1/namespaces/arctic/seinodes', 'a=b'],
    ],
  );
});
