import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import net, { type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { forwardPort } from '../../cluster/port-forward.ts';
import { until } from '../control-plane/until.ts';
import { client, json, kubeconfig, listen } from './fakes.ts';

const pod = { namespace: 'arctic', name: 'n0-0', port: 8443 };

/** A message of the server, shorter than 126 bytes (RFC 6455 §5.2). */
function frame(...bytes: number[]): Buffer {
  return Buffer.of(0x82, bytes.length, ...bytes);
}

const begin = [frame(0, 0xfb, 0x20), frame(1, 0xfb, 0x20)];
const goodbye = Buffer.of(0x88, 0);

/** The head of the answer that changes to WebSocket (RFC 6455 §4.2.2). */
function accept({ headers }: IncomingMessage): string {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const lines = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-accept': createHash('sha1').update(key).digest('base64'),
    'sec-websocket-protocol': headers['sec-websocket-protocol'],
  };
  const head = Object.entries(lines).map(line => line.join(': '));
  return `HTTP/1.1 101 Switching Protocols\r\n${head.join('\r\n')}\r\n\r\n`;
}

type Asked = Pick<IncomingMessage, 'url' | 'headers'>;

/** A server that speaks WebSocket, where it is not given another answer. @returns what it was asked, too. */
async function server(t: ExecutionContext, answers: { upgrade?: typeof sendsAll; other?: RequestListener }) {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const listening = http.createServer((request, response) => {
    asked.push(request);
    answers.other?.(request, response);
  });
  if (answers.upgrade) {
    listening.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      asked.push(request);
      answers.upgrade?.(request, socket);
    });
  }
  // Who lets go late resets what is under way.
  listening.on('connection', socket => sockets.add(socket.on('error', () => {})));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  return { url: `http://127.0.0.1:${await listen(listening)}`, asked };
}

/** Answer and messages in one packet. */
function sendsAll(request: IncomingMessage, socket: Socket): void {
  const messages = [...begin, frame(0, ...Buffer.from('at once')), goodbye];
  socket.write(Buffer.concat([Buffer.from(accept(request)), ...messages]));
}

test('what comes in one packet with the answer is kept for who reads later', async t => {
  const { url, asked } = await server(t, { upgrade: sendsAll });
  const stream = await forwardPort(client(t, kubeconfig(t, { server: url })), pod);
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  t.is(await text(stream), 'at once');
  t.is(asked[0]?.url, '/api/v1/namespaces/arctic/pods/n0-0/portforward?ports=8443');
  t.is(asked[0]?.headers['sec-websocket-protocol'], 'v4.channel.k8s.io');
});

test('a forwarded port goes through the proxy of the cluster, and acts as whom the flags name', async t => {
  const { url, asked } = await server(t, { upgrade: sendsAll });
  const targets: (string | undefined)[] = [];
  const proxy = http.createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
    targets.push(request.url);
    const onward = net.connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    t.teardown(() => onward.destroy());
  });
  t.teardown(() => proxy.close());
  const through = { server: 'http://api.invalid:80', 'proxy-url': `http://127.0.0.1:${await listen(proxy)}` };
  const options = { as: 'carol', asGroup: ['ops'], userAgent: 'agent/1' };
  const stream = await forwardPort(client(t, kubeconfig(t, through), options), pod);
  t.is(await text(stream), 'at once');
  t.deepEqual(targets, ['api.invalid:80']);
  t.like(asked[0]?.headers, {
    'impersonate-user': 'carol',
    'impersonate-group': 'ops',
    'user-agent': 'agent/1',
    host: 'api.invalid',
  });
});

const refusal = {
  kind: 'Status',
  status: 'Failure',
  code: 400,
  message: 'pod n0-0 does not have a host assigned',
};
const wrong: readonly [what: string, other: RequestListener, message: RegExp][] = [
  [
    'does not change to WebSocket',
    json({ kind: 'Pod' }),
    /answers 200 and does not change to WebSocket; a proxy/,
  ],
  [
    'refuses',
    json(refusal, 400),
    /^cannot create pods\/portforward "n0-0" .* answers 400: pod n0-0 does not/,
  ],
  ['knows no such pod', json({ kind: 'Status', reason: 'NotFound' }, 404), /: not found$/],
  ['is none', (_request, response) => response.end('<html>'), /is no Kubernetes API server/],
  ['never answers', () => {}, /cannot be reached: it does not answer \(ERR_HTTP_REQUEST_TIMEOUT\)/],
  ['hangs up', ({ socket }) => socket.destroy(), /cannot be reached: the connection was reset/],
];
for (const [what, other, message] of wrong) {
  test(`an API server that ${what} is a fault of one sentence`, async t => {
    const { url } = await server(t, { other });
    const opened = forwardPort(client(t, kubeconfig(t, { server: url }), { silence: 2_000 }), pod);
    await t.throwsAsync(opened, { message });
  });
}

test('one that is let go while data is under way says good-bye at once', async t => {
  // Who waits for the other side gives it a second, each time; a busy machine may take as long now and then.
  t.true(await until(async () => (await parting(t)) < 900, 5_000));
});

/** Lets a stream go while data is under way. @returns the milliseconds until the server is told. */
async function parting(t: ExecutionContext): Promise<number> {
  const over = Promise.withResolvers<number>();
  const { url } = await server(t, {
    upgrade: (request, socket) => {
      socket.write(Buffer.concat([Buffer.from(accept(request)), ...begin, frame(0, 65)]));
      socket.once('data', () => {
        const asked = performance.now();
        for (const event of ['end', 'close'])
          socket.once(event, () => over.resolve(performance.now() - asked));
        // In packets of their own, so that the one is taken before the other.
        socket.write(frame(0, 66), () => setTimeout(() => socket.write(goodbye), 50));
      });
    },
  });
  const stream = await forwardPort(client(t, kubeconfig(t, { server: url })), pod);
  await once(stream, 'readable');
  stream.destroy();
  return over.promise;
}

test('--request-timeout ends the asking, not what was opened', async t => {
  const silent = await server(t, { other: () => {} });
  const config = kubeconfig(t, { server: silent.url });
  await t.throwsAsync(forwardPort(client(t, config, { requestTimeout: 100 }), pod), {
    message: /does not answer within 0\.1 s/,
  });
  let waiting = new Promise<void>(() => {});
  const { url } = await server(t, {
    upgrade: (request, socket) => {
      socket.write(accept(request));
      waiting = new Promise(resolve => setTimeout(resolve, 2_500));
      void waiting.then(() => socket.write(Buffer.concat([...begin, frame(0, 65), goodbye])));
    },
  });
  const stream = await forwardPort(client(t, kubeconfig(t, { server: url }), { requestTimeout: 2_000 }), pod);
  t.is(await text(stream), 'A');
});

const said: readonly [words: string, code: string | undefined][] = [
  [
    'failed to connect to localhost:8443 inside namespace: dial tcp4 127.0.0.1:8443: connect: connection refused',
    'ECONNREFUSED',
  ],
  ['socat[7] E connect(5, AF=2 127.0.0.1:8443, 16): Connection refused', 'ECONNREFUSED'],
  ['readfrom tcp4 127.0.0.1:8443: read: connection reset by peer', 'ECONNRESET'],
  ['write: broken pipe', 'ECONNRESET'],
  ['failed to find sandbox: not found', undefined],
];
for (const [words, code] of said) {
  test(`of a runtime that says "${words.slice(-30)}" comes ${code ?? 'a sentence'}`, async t => {
    const { url } = await server(t, {
      upgrade: (request, socket) => {
        const error = frame(1, ...Buffer.from(words.slice(-120)));
        socket.write(Buffer.concat([Buffer.from(accept(request)), ...begin, error, goodbye]));
      },
    });
    const stream = await forwardPort(client(t, kubeconfig(t, { server: url })), pod);
    const error = await t.throwsAsync(text(stream));
    t.is((error as NodeJS.ErrnoException).code, code);
    if (code === undefined) {
      t.is(error.message, `cannot create pods/portforward "n0-0" in the namespace arctic: ${words}`);
    }
  });
}
