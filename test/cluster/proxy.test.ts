import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { proxyTo } from '../../cluster/proxy.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { client, type Fake, fakeServer, json, kubeconfig, listen, nodeList } from './fakes.ts';

const list = { verb: 'list', resource: seiNodes } as const;
const authority = await createAuthority('authority');
const serving = await authority.issue({ commonName: 'serving' }, ['api.invalid'], ['127.0.0.1']);
const ca = { 'certificate-authority-data': Buffer.from(authority.certificate).toString('base64') };
const user = { token: 'top-secret' };

const chosen = test.macro({
  exec(t, server: string, environment: NodeJS.ProcessEnv, expected: string | undefined) {
    t.is(proxyTo(new URL(server), undefined, environment)?.href, expected);
  },
  title: (_title, server, environment) => `${server} with ${JSON.stringify(environment)}`,
});

const proxy = 'http://proxy:3128/';
const env = { HTTPS_PROXY: proxy };

test(chosen, 'https://api.example.com', {}, undefined);
test(chosen, 'https://api.example.com', env, proxy);
test(chosen, 'https://api.example.com', { https_proxy: 'proxy:3128' }, proxy);
test(chosen, 'https://api.example.com', { HTTPS_PROXY: 'socks5://proxy' }, 'socks5://proxy');
test(chosen, 'https://api.example.com', { HTTP_PROXY: proxy, ALL_PROXY: proxy }, undefined);
test(chosen, 'http://api.example.com', { HTTP_PROXY: proxy }, proxy);
for (const local of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]'])
  test(chosen, `https://${local}:6443`, env, undefined);

/** As Go has it (golang.org/x/net/http/httpproxy): whether an entry of NO_PROXY spares a server the proxy. */
const spares: readonly [server: string, entry: string, spared: boolean][] = [
  ['https://api.example.com', '*', true],
  ['https://api.example.com', 'a, *', true],
  ['https://api.example.com', 'example.com', true],
  ['https://api.example.com', 'EXAMPLE.com', true],
  ['https://example.com', 'example.com', true],
  ['https://notexample.com', 'example.com', false],
  ['https://api.example.com', '.example.com', true],
  ['https://example.com', '.example.com', false],
  ['https://api.example.com', '*.example.com', true],
  ['https://example.com', '*.example.com', false],
  ['https://api.example.com', 'example.com:443', true],
  ['https://api.example.com', 'example.com:6443', false],
  ['https://api.example.com:6443', 'x,example.com:6443', true],
  ['https://10.1.2.3:6443', '10.0.0.0/8', true],
  ['https://10.1.2.3:6443', '10.0.0.0/40', false],
  ['https://11.1.2.3:6443', '10.0.0.0/8', false],
  ['https://10.1.2.3:6443', '10.1.2.3', true],
  ['https://10.1.2.3:6443', '10.1.2.3:6443', true],
  ['https://10.1.2.3:6443', '10.1.2.3:443', false],
  ['https://10.1.2.3:6443', '2.3', false],
  ['https://[fd00::1]:6443', 'fd00::/8', true],
  ['https://[fd00::1]:6443', 'fd00::1', true],
  ['https://[fd00::1]:6443', '[fd00::1]:6443', true],
  ['https://[fd00::1]:6443', '10.0.0.0/8', false],
  ['https://api.example.com', '10.0.0.0/8', false],
  ['https://api.example.com', ' , ,:443', false],
];
for (const [server, NO_PROXY, spared] of spares)
  test(chosen, server, { ...env, NO_PROXY }, spared ? undefined : proxy);

for (const bad of ['proxy:3128', 'ftp://u:hunter2@p', 'http://', 'socks4://p', 'http://u:hunter2@p:99999']) {
  test(`the proxy-url ${bad} is refused, and no password in it is repeated`, t => {
    const error = t.throws(() => proxyTo(new URL('https://h'), bad, {}), {
      message: /^proxy-url of the cluster in the kubeconfig must be http:\/\/HOST:PORT/,
    });
    t.notRegex(error?.message ?? '', /hunter2/);
  });
}

test('a wrong proxy of the environment is refused by the name of its variable', t => {
  t.throws(() => proxyTo(new URL('https://h'), undefined, { HTTPS_PROXY: 'ftp://u:hunter2@p' }), {
    message: /^HTTPS_PROXY must be http:/,
  });
});

/** A proxy that leads every way to one server, wherever it is asked to. */
async function fakeProxy(t: ExecutionContext, to: Fake, secure = false) {
  const asked: { target: string; headers: IncomingMessage['headers'] }[] = [];
  const pair = { cert: serving.certificate, key: serving.key };
  const server = secure ? https.createServer(pair) : http.createServer();
  const sockets = new Set<Socket>();
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push({ target: request.url ?? '', headers: request.headers });
    const onward = net.connect(to.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) sockets.add(end.on('error', () => {}));
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { port: await listen(server), asked };
}

for (const secure of [false, true]) {
  test(`a proxy that speaks ${secure ? 'TLS' : 'plain HTTP'} sees where to, its own password, and nothing of ours`, async t => {
    const fake = await fakeServer(t, json(nodeList([])), serving);
    const { port, asked } = await fakeProxy(t, fake, secure);
    const through = `${secure ? 'https' : 'http'}://u:p%40ss@127.0.0.1:${port}`;
    const config = kubeconfig(t, { server: 'https://api.invalid:6443', ...ca, 'proxy-url': through }, user);
    const flags = { as: 'jane', asGroup: ['a', 'b'] };
    const { kind } = await client(t, config, flags).get(list);
    t.is(kind, 'SeiNodeList');
    t.is(asked[0]?.target, 'api.invalid:6443');
    t.is(asked[0]?.headers['proxy-authorization'], `Basic ${Buffer.from('u:p@ss').toString('base64')}`);
    t.is(asked[0]?.headers.authorization, undefined);
    t.like(fake.seen[0]?.headers, { authorization: ['Bearer top-secret'], 'impersonate-group': ['a', 'b'] });
    t.is(fake.seen[0]?.headers['proxy-authorization'], undefined);
  });
}

test('one way through a proxy serves many requests, and an address of IPv6 is written as one', async t => {
  const fake = await fakeServer(t, json(nodeList([])), serving);
  const { port, asked } = await fakeProxy(t, fake);
  const cluster = { server: 'https://[fd00::1]:6443', ...ca, 'tls-server-name': 'api.invalid' };
  const opened = client(t, kubeconfig(t, { ...cluster, 'proxy-url': `http://127.0.0.1:${port}` }));
  for (let count = 0; count < 3; count += 1) await opened.get(list);
  t.deepEqual(
    asked.map(({ target }) => target),
    ['[fd00::1]:6443'],
  );
});

test('HTTPS_PROXY is used, but not for what NO_PROXY spares', async t => {
  const fake = await fakeServer(t, json(nodeList([])), serving);
  const { port, asked } = await fakeProxy(t, fake);
  const config = kubeconfig(t, { server: 'https://api.invalid:6443', ...ca }, user);
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  await client(t, config, {}, environment).get(list);
  t.is(asked.length, 1);
  await t.throwsAsync(client(t, config, {}, { ...environment, NO_PROXY: 'invalid' }).get(list), {
    message: /host name (is unknown|cannot be resolved)/,
  });
  t.is(asked.length, 1);
});

test('a server behind a proxy is trusted no more than without', async t => {
  const stranger = await createAuthority('stranger');
  const fake = await fakeServer(t, json(nodeList([])), serving);
  const { port } = await fakeProxy(t, fake);
  const strange = { 'certificate-authority-data': Buffer.from(stranger.certificate).toString('base64') };
  const cluster = {
    server: 'https://api.invalid:6443',
    ...strange,
    'proxy-url': `http://u:hunter2@127.0.0.1:${port}`,
  };
  const error = await t.throwsAsync(client(t, kubeconfig(t, cluster, user)).get(list), {
    message: new RegExp(
      `^the API server https://api\\.invalid:6443 through the proxy http://127\\.0\\.0\\.1:${port} \\(cluster "c"\\) is not trusted`,
    ),
  });
  t.notRegex(error?.message ?? '', /hunter2|top-secret/);
  t.deepEqual(fake.seen, []);
});

const fails = test.macro({
  async exec(t, answer: (socket: Socket) => void, scheme: string, message: RegExp, requestTimeout?: number) {
    const server = net.createServer(socket => {
      socket.on('error', () => {}).once('data', () => answer(socket));
    });
    t.teardown(() => server.close());
    const through = `${scheme}://u:hunter2@127.0.0.1:${await listen(server)}`;
    const cluster = { server: 'https://api.invalid:6443', ...ca, 'proxy-url': through };
    const opened = client(t, kubeconfig(t, cluster, user), { requestTimeout: requestTimeout ?? 0 });
    const error = await t.throwsAsync(opened.get(list), { message });
    t.notRegex(error?.message ?? '', /hunter2|top-secret|\n/);
  },
  title: title => `${title} is one sentence without its password`,
});

const says = (answer: string) => (socket: Socket) => void socket.end(answer);

test(
  'a proxy that refuses',
  fails,
  says('HTTP/1.1 403 Forbidden\r\n\r\n'),
  'http',
  /cannot be reached: the proxy refuses it \(PROXY_403\)/,
);
test(
  'a proxy that wants another password',
  fails,
  says('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
  'http',
  /the proxy wants another name and password \(PROXY_407\)/,
);
test('a proxy that is none', fails, says('SSH-2.0\r\n'), 'http', /it does not speak HTTP \(HPE_/);
test(
  'a proxy that hangs up',
  fails,
  socket => socket.destroy(),
  'http',
  /the connection was reset \(ECONNRESET\)/,
);
test('a proxy that never answers', fails, () => {}, 'http', /does not answer within 0\.2 s/, 200);
test('a SOCKS5 proxy that never answers', fails, () => {}, 'socks5', /does not answer within 0\.2 s/, 200);
test(
  'a SOCKS5 proxy that hangs up',
  fails,
  socket => socket.destroy(),
  'socks5',
  /the SOCKS5 proxy gives no way to it \(SOCKS5\)/,
);
test(
  'a SOCKS5 proxy that is none',
  fails,
  says('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'socks5',
  /the SOCKS5 proxy gives no way to it/,
);

test('a proxy that is not there', async t => {
  for (const scheme of ['http', 'https', 'socks5']) {
    const cluster = { server: 'https://api.invalid:6443', 'proxy-url': `${scheme}://127.0.0.1:1` };
    await t.throwsAsync(client(t, kubeconfig(t, cluster)).get(list), {
      message: /through the proxy .* nothing listens there \(ECONNREFUSED\)/,
    });
  }
});

test('a SOCKS5 proxy is given the name to resolve, a name and a password', async t => {
  const fake = await fakeServer(t, json(nodeList([])), serving);
  const said: string[] = [];
  const server = net.createServer(socket => {
    const answers = [
      () => socket.write(Buffer.from([5, 2])),
      () => socket.write(Buffer.from([1, 0])),
      () => {
        const onward = net.connect(fake.port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          onward.pipe(socket).pipe(onward);
        });
        onward.on('error', () => {});
      },
    ];
    socket
      .on('error', () => {})
      .on('data', chunk => {
        const answer = answers.shift();
        if (answer) said.push(chunk.toString('latin1'));
        answer?.();
      });
  });
  t.teardown(() => server.close());
  const through = `socks5://u:p%40ss@127.0.0.1:${await listen(server)}`;
  const config = kubeconfig(t, { server: 'https://api.invalid:6443', ...ca, 'proxy-url': through }, user);
  const { kind } = await client(t, config).get(list);
  t.is(kind, 'SeiNodeList');
  t.is(said[1], '\u0001\u0001u\u0004p@ss');
  t.is(said[2], `\u0005\u0001\u0000\u0003\u000bapi.invalid\u0019\u002b`);
});
