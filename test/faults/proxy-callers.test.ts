import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { Agent, request as open } from 'node:https';
import { connect as connectTCP } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import anyTest, { type ExecutionContext } from 'ava';
import { generate } from '../../operator/webhook/generate.ts';
import { serverNameOf } from '../../operator/webhook/names.ts';
import { WebhookThread } from '../../operator/webhook/thread.ts';
import { until } from '../control-plane/until.ts';
import { n0, node, request, template } from '../core/admission/world.ts';
import { isWhole, survives } from './matrix.ts';

// Whoever reaches the webhook's port, as the API server or not: the server is the operator's, on its thread.
const test = anyTest.serial;
const servername = serverNameOf('system');
const died: Error[] = [];
let thread: WebhookThread;
let where: { readonly host: string; readonly port: number; readonly ca: string };

test.before('a webhook that has heard of a node behind its policy', async () => {
  thread = new WebhookThread({
    ...{
      script: new URL('../../operator/webhook/worker.ts', import.meta.url),
      flag: '',
      address: '127.0.0.1:0',
    },
    ...{ measured: () => {}, fault: () => {}, died: error => died.push(error) },
  });
  const [{ authority, ...served }, { host, port }] = await Promise.all([
    generate('system', Date.now()),
    thread.listening,
  ]);
  thread.serve(served);
  const namespace = { metadata: { name: 'arctic', labels: { 'kubernetes.io/metadata.name': 'arctic' } } };
  const changes = [
    { kept: 'nodes', key: 'arctic/n0', object: n0 },
    { kept: 'networkPolicies', key: 'arctic/seinodes', object: template },
    { kept: 'namespaces', key: '/arctic', object: namespace },
  ] as never;
  thread.tell({ type: 'news', news: { changes, caveats: [], unjudged: null, isComplete: true } });
  where = { host, port, ca: authority };
});

const reviewOf = (asked: object) =>
  JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked });
const good = reviewOf(request({ after: node('n1') }));
/** No mode. */
const bad = reviewOf(request({ after: node('n2', { fullNode: undefined as never }) }));
const large = reviewOf(request({ after: node('n3', { overrides: { a: '<'.repeat(1_000_000) } }) }));
const megabytes = (count: number) => Buffer.alloc(count * 2 ** 20, ' ');

function begin(length: number, agent: Agent | false = false): ClientRequest {
  const headers = { 'content-type': 'application/json', 'content-length': length };
  const asked = open({ ...where, servername, path: '/validate', method: 'POST', agent, headers });
  return asked.on('error', () => {});
}

/** What is answered: whether it is allowed, or the status. */
async function ask(body: string | Buffer, agent?: Agent): Promise<boolean | number> {
  const asked = begin(Buffer.byteLength(body), agent);
  asked.end(body);
  const [response] = await once(asked, 'response');
  const answer = await text(response);
  return response.statusCode === 200 ? JSON.parse(answer).response.allowed : response.statusCode;
}

/** Judges as ever: what is right is let through, what is wrong is not. */
async function judges(t: ExecutionContext): Promise<void> {
  t.deepEqual(await Promise.all([ask(good), ask(bad), ask(large)]), [true, false, true]);
  t.deepEqual(died, []);
}

/** Begins bodies that never end, and waits until all that is to come of them has. */
async function half(count: number, length: number): Promise<ClientRequest[]> {
  const all = Array.from({ length: count }, () => begin(length + 1));
  await Promise.all(
    all.map(each => new Promise(written => each.write(megabytes(length / 2 ** 20), written))),
  );
  return all;
}

const times = isWhole ? 100 : 20;
const megabyte = 2 ** 20;
const callers: readonly (readonly [
  what: string,
  count: number,
  call: (t: ExecutionContext) => Promise<unknown>,
])[] = [
  [
    'a caller ends by RST in the middle of a body',
    times,
    async () => {
      // More than all bodies may be together, were one of them forgotten.
      for (let at = 0; at < times; at++) {
        const tcp = connectTCP(where.port, where.host);
        const socket = await handshaken(tcp);
        const part = rawly(good, megabytes(9)).slice(0, -megabyte);
        await new Promise(written => socket.write(part, written));
        tcp.resetAndDestroy();
      }
    },
  ],
  [
    'a caller ends in the middle of a body as if it were whole',
    times,
    async () => {
      for (let at = 0; at < times; at++) {
        const [asked] = await half(1, megabyte);
        asked?.socket?.end();
      }
    },
  ],
  [
    'a caller has gone before it is answered',
    times,
    async () => {
      for (let at = 0; at < times; at++) {
        const asked = begin(bad.length);
        await new Promise<void>(written => asked.end(bad, written));
        asked.destroy();
      }
    },
  ],
  [
    'a caller half-closes once all is said',
    1,
    async t => {
      const socket = await handshaken();
      socket.end(rawly(bad));
      t.regex(await text(socket), /"allowed":false/);
    },
  ],
  [
    'many callers at once',
    2 * times,
    async t => {
      const answers = await Promise.all(Array.from({ length: times }, () => [ask(good), ask(bad)]).flat());
      t.deepEqual(new Set(answers.filter((_, at) => at % 2 === 0)), new Set([true]));
      t.deepEqual(new Set(answers.filter((_, at) => at % 2 === 1)), new Set([false]));
    },
  ],
  [
    'a body with half of another behind it on one connection',
    1,
    async t => {
      const socket = await handshaken();
      socket.write(rawly(bad, '', 'keep-alive') + rawly(good).slice(0, -20));
      const [first] = await once(socket, 'data');
      t.regex(String(first), /"allowed":false/);
      socket.destroy();
    },
  ],
  [
    'a body that is torn, and ends as if it were whole',
    3,
    async t => {
      for (const cut of [1, 20, bad.length / 2]) t.is(await ask(bad.slice(0, -cut)), 400);
    },
  ],
  ['forty megabytes of lists', 1, t => refusedAs(t, filled('[],'), 413)],
  ['forty megabytes of objects of keys of their own', 1, t => refusedAs(t, ofKeys(), 413)],
  ['twenty million brackets', 1, t => refusedAs(t, filled('['), 413)],
  ['twenty million braces in a text that is no JSON', 1, t => refusedAs(t, filled('{"":'), 413)],
  ['more than any review has', 1, async t => t.is(await ask(megabytes(41)), 413)],
];
for (const [what, count, call] of callers) {
  test(`${what}: what comes next is judged`, t =>
    survives(
      { who: 'webhook', fault: `asked: ${what}` },
      async () => {
        await call(t);
        await judges(t);
      },
      count,
    ));
}

/** Callers that go on for as long as they are let, and how many of them there are. */
const lasting: readonly (readonly [
  what: string,
  begin: () => Promise<readonly { readonly closed: boolean }[]>,
])[] = [
  ['callers keep eighty megabytes of bodies under way', async () => (await half(4, 20 * megabyte)).slice(1)],
  [
    'a caller drips a body',
    async () => {
      const asked = begin(1_000);
      const drip = setInterval(() => asked.write(' '), 100);
      asked.on('close', () => clearInterval(drip));
      return [asked];
    },
  ],
  [
    'a caller drips its head',
    async () => {
      const socket = await handshaken();
      socket.write('POST /validate HTTP/1.1\r\n');
      const drip = setInterval(() => socket.write('A'), 100);
      return [socket.on('close', () => clearInterval(drip))];
    },
  ],
  ['a caller shakes hands and says nothing', async () => [(await handshaken()).resume()]],
  [
    'a caller never shakes hands',
    async () => [
      connectTCP(where.port, where.host)
        .on('error', () => {})
        .resume(),
    ],
  ],
];
for (const [what, begins] of lasting) {
  test(`${what}: others are judged meanwhile, and it is ended`, t =>
    survives({ who: 'webhook', fault: `asked: ${what}` }, async () => {
      const all = await begins();
      await judges(t);
      t.true(await until(() => all.every(({ closed }) => closed)));
    }));
}

test('a thousand connections and more: those that are over wait for none, and it judges once they are gone', t =>
  survives({ who: 'webhook', fault: 'asked: more connections than all API servers have' }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.is(await ask(good, agent), true);
    const sockets = Array.from({ length: 1_100 }, () =>
      connectTCP(where.port, where.host)
        .on('error', () => {})
        .resume(),
    );
    t.true(await until(() => sockets.filter(({ closed }) => closed).length >= 100));
    t.deepEqual(
      [await ask(good, agent), await ask(bad, agent)],
      [true, false],
      'who was there before is judged',
    );
    agent.destroy();
    for (const socket of sockets) socket.destroy();
    t.true(await until(() => ask(good).then(Boolean, () => false)));
    await judges(t);
  }));

test.after.always('it stops', () => thread?.close(0));

async function refusedAs(t: ExecutionContext, body: Buffer, status: number): Promise<void> {
  t.is(await ask(body), status);
}

const open40 = good.slice(0, good.indexOf('"object":') + '"object":['.length - 1);

/** As long as a review may be, its object a list of the same again and again. */
function filled(part: string): Buffer {
  return Buffer.concat([Buffer.from(`${open40}[`), Buffer.alloc(39 * megabyte, part)]);
}

function ofKeys(): Buffer {
  const keys = Array.from({ length: 3_000_000 }, (_, at) => `"${at.toString(36)}":0`);
  return Buffer.from(`${open40}{${keys.join()}}}}`);
}

/** A request as bytes. @param behind what the body has behind the review. */
function rawly(body: string, behind: string | Buffer = '', connection = 'close'): string {
  const head = 'POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  const length = Buffer.byteLength(body) + behind.length;
  return `${head}Content-Length: ${length}\r\nConnection: ${connection}\r\n\r\n${body}${behind}`;
}

async function handshaken(tcp = connectTCP(where.port, where.host)): Promise<TLSSocket> {
  const socket = connect({ socket: tcp.on('error', () => {}), ca: where.ca, servername });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}
