import type { RequestListener } from 'node:http';
import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { listAll } from '../../cluster/list.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { invoke } from '../plugin/terminal.ts';
import { client, fakeServer, json, kubeconfig, listen, nodeList, seiNode, withoutNetwork } from './fakes.ts';

const list = { verb: 'list', resource: seiNodes } as const;

function text(
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { ...(type && { 'content-type': type }), ...headers }).end(body);
  };
}

/** Whatever the command, an answer of this kind is one sentence and exit 3. */
async function refused(t: ExecutionContext, config: string, message: RegExp, more = ''): Promise<void> {
  for (const command of ['list', 'tls check a', 'policy check -A', 'list -w']) {
    const { code, out, err } = await invoke(`${command} --kubeconfig ${config} ${more}`);
    t.is(code, 3, `${command}: ${err}`);
    t.regex(err, /^error: [^\n]{1,900}\n$/, command);
    t.regex(err, message, command);
    t.is(out, '', command);
    t.notRegex(err, /\n {4}at |node:internal/, command);
    t.false(err.includes('\u001b'), command);
  }
}

const says = test.macro({
  async exec(t, answer: RequestListener, message: RegExp, more?: string) {
    const { url } = await fakeServer(t, answer);
    await refused(t, kubeconfig(t, { server: url }), message, more);
  },
  title: title => `${title}: one sentence, exit 3`,
});

const html = '<html>\u001b[2J Sign in</html>';
const status = (code: number, reason: string, message: string) =>
  json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code }, code);

test(
  'HTML with 200',
  says,
  text(200, 'text/html; charset=utf-8', html),
  /is no Kubernetes API server, or something stands before it: it answers 200 with text\/html, not JSON; check the server/,
);
test('HTML with 403', says, text(403, 'text/html', html), /it answers 403 with text\/html, not JSON/);
test('HTML with 502', says, text(502, 'text/html', html), /it answers 502 with text\/html, not JSON/);
test('text with 200', says, text(200, 'text/plain', 'ok'), /it answers 200 with text\/plain, not JSON/);
test('text with 403 of a proxy', says, text(403, 'text/plain', 'blocked'), /cannot .*: .* answers 403$/m);
test('an empty body', says, text(200, '', ''), /it answers 200 with nothing, not JSON/);
test('an empty body of JSON', says, text(200, 'application/json', ''), /sends broken JSON \(0 characters\)/);
test('204', says, text(204, '', ''), /it answers 204 with nothing, not JSON/);
test(
  'truncated JSON',
  says,
  text(200, 'application/json', '{"kind":"SeiNodeL'),
  /sends broken JSON \(17 characters\): something between may cut it, try again/,
);
test('a number', says, text(200, 'application/json', '7'), /sends broken JSON/);
test(
  'JSON of another kind',
  says,
  json({ kind: 'Pod\u001b[2J', apiVersion: 'v1' }),
  /answers with kind "Pod\\u001b\[2J", not SeiNode(List)? of sei\.io\/v1alpha1/,
);
test('JSON without a kind', says, json({ message: 'hello' }), /answers with kind none, not SeiNode/);
test(
  'a list of numbers',
  says,
  json({ ...nodeList([1]), kind: 'SeiNodeList' }),
  /answers with kind "SeiNodeList"/,
);
test('503 without more', says, text(503, 'text/plain', 'down'), /cannot .* answers 503$/m);
test(
  '500 with a message',
  says,
  status(500, 'InternalError', 'etcd\u001b[31m\nis away'),
  /answers 500: etcd\\u001b\[31m\\nis away$/m,
);
test('an endless message', says, status(500, 'InternalError', 'x'.repeat(100_000)), /answers 500: x{300}…$/m);
test(
  'a message that is no text',
  says,
  json({ kind: 'Status', message: { a: 1 }, code: 500 }, 500),
  /answers 500$/m,
);
test(
  '401',
  says,
  status(401, 'Unauthorized', 'Unauthorized'),
  /does not accept the credentials \(401 Unauthorized\): log in again$/m,
);
test(
  '403 with a strange user',
  says,
  status(403, 'Forbidden', 'User "a\\x\u001b" cannot'),
  /no permission to .* as "a\\\\x\\u001b": a (Cluster)?Role/,
);
test(
  '429 without more',
  says,
  status(429, 'TooManyRequests', 'slow down'),
  /has too much to do \(429\), try again$/m,
);
test(
  'a broken header',
  says,
  (_request, response) => response.socket?.end('HTTP/1.1 200 OK\r\nbad\u0000header\r\n\r\n'),
  /cannot be reached: it does not speak HTTP \(HPE_/,
);
test(
  'another protocol',
  says,
  (_request, response) => response.socket?.end('SSH-2.0-OpenSSH_9\r\n'),
  /it does not speak HTTP \(HPE_/,
);
test(
  'a connection closed at once',
  says,
  (_request, response) => response.socket?.destroy(),
  /the connection was (reset|closed)/,
);
test(
  'an answer cut half way',
  says,
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"kind":', () => response.socket?.destroy());
  },
  /cannot be reached: the connection was (reset|closed half way) \(/,
);
test(
  'no answer within --request-timeout',
  says,
  () => {},
  /does not answer within 0\.05 s: allow more with --request-timeout/,
  '--request-timeout 50ms',
);
test(
  'an answer that drips',
  says,
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"kind":');
  },
  /does not answer within 0\.05 s/,
  '--request-timeout 50ms',
);

for (const code of [301, 302, 307, 308]) {
  test(`a redirect with ${code} is not followed, and nothing goes to where it points`, async t => {
    const other = await fakeServer(t, json(nodeList([])));
    const { url } = await fakeServer(t, text(code, '', '', { location: `${other.url}/apis` }));
    await refused(t, kubeconfig(t, { server: url }), new RegExp(`it answers ${code} with nothing`));
    t.deepEqual(other.seen, []);
  });
}

test('a server that is silent without --request-timeout is given up too', async t => {
  const { url } = await fakeServer(t, () => {});
  const asked = client(t, kubeconfig(t, { server: url }), { silence: 30 });
  await t.throwsAsync(asked.get(list), {
    message: /cannot be reached: it does not answer \(ERR_HTTP_REQUEST_TIMEOUT\)/,
  });
});

test('a server that stops half way without --request-timeout is given up too', async t => {
  const { url } = await fakeServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{');
  });
  const asked = client(t, kubeconfig(t, { server: url }), { silence: 6_000 });
  await t.throwsAsync(asked.get(list), { message: /its answer stopped half way \(ERR_BODY_TIMEOUT\)/ });
});

test('a port where nothing listens', async t => {
  await refused(
    t,
    kubeconfig(t, { server: 'http://127.0.0.1:1' }),
    /nothing listens there \(ECONNREFUSED\); check the server/,
  );
});

test('a host that is not there', async t => {
  await refused(
    t,
    kubeconfig(t, { server: 'http://seinode.invalid' }),
    /the host name (is unknown|cannot be resolved now) \(E/,
  );
});

test('a busy server is asked again when it says, at most five times more', async t => {
  for (const [status, header, expected] of [
    [503, '2', 2000],
    [429, '3600', 10_000],
    [429, '0', 0],
  ] as const) {
    const waits: number[] = [];
    const wait = async (milliseconds: number) => waits.push(milliseconds);
    const { url, seen } = await fakeServer(t, text(status, 'text/plain', 'busy', { 'retry-after': header }));
    await t.throwsAsync(client(t, kubeconfig(t, { server: url }), { wait }).get(list));
    t.deepEqual(waits, Array(5).fill(expected));
    t.is(seen.length, 6);
  }
});

test('a busy server that has recovered answers', async t => {
  let asked = 0;
  const { url } = await fakeServer(t, (request, response) => {
    asked += 1;
    const answer = asked < 3 ? text(503, '', '', { 'retry-after': '1' }) : json(nodeList([]));
    answer(request, response);
  });
  const { kind } = await client(t, kubeconfig(t, { server: url }), { wait: async () => {} }).get(list);
  t.is(kind, 'SeiNodeList');
});

test('Retry-After that is no number of seconds, or of an answer that is no refusal, is passed over', async t => {
  for (const [status, header] of [
    [503, 'Wed, 21 Oct 2015 07:28:00 GMT'],
    [503, ''],
    [503, '-1'],
    [404, '1'],
  ] as const) {
    const { url, seen } = await fakeServer(t, text(status, 'text/plain', '', { 'retry-after': header }));
    const wait = () => t.fail() as never;
    await t.throwsAsync(client(t, kubeconfig(t, { server: url }), { wait }).get(list));
    t.is(seen.length, 1);
  }
});

test('10,000 objects on a page are read', async t => {
  const items = Array.from({ length: 10_000 }, (_, index) => seiNode(`n${index}`));
  const { url, seen } = await fakeServer(t, withoutNetwork(json(nodeList(items))));
  const { code, out } = await invoke(`list -o name --kubeconfig ${kubeconfig(t, { server: url })}`);
  t.is(code, 0);
  t.is(out.split('\n').length, 10_001);
  t.is(seen.filter(({ url }) => /seinodes/.test(url)).length, 1);
});

test('pages are asked for by 500, and all are of one list', async t => {
  const { url, seen } = await fakeServer(t, (request, response) => {
    const token = new URL(request.url ?? '', 'http://x').searchParams.get('continue') ?? '0';
    const next = token === '2' ? {} : { continue: String(Number(token) + 1) };
    json(nodeList([seiNode(`n${token}`)], { resourceVersion: '7', ...next }))(request, response);
  });
  const listed = await listAll(client(t, kubeconfig(t, { server: url })), { resource: seiNodes });
  t.is(listed.items.length, 3);
  t.is(listed.resourceVersion, '7');
  t.deepEqual(
    seen.map(({ url }) => url.split('?')[1]),
    ['limit=500', 'limit=500&continue=1', 'limit=500&continue=2'],
  );
});

test('a page that is too long is asked for in smaller ones, and nothing is missing', async t => {
  const spec = { image: 'x'.repeat(1e6) };
  const items = Array.from({ length: 60 }, (_, at) => ({ ...seiNode(`n${at}`), spec }));
  const names = (nodes: readonly object[]) =>
    nodes.map(node => (node as { metadata: { name: string } }).metadata.name);
  const { url, seen } = await fakeServer(t, (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const from = Number(searchParams.get('continue') ?? 0);
    const end = from + Number(searchParams.get('limit'));
    const more = end < items.length ? { continue: String(end) } : {};
    json(nodeList(items.slice(from, end), more))(request, response);
  });
  const listed = await listAll(client(t, kubeconfig(t, { server: url })), { resource: seiNodes });
  t.deepEqual(names(listed.items), names(items));
  const sizes = seen.map(({ url }) => new URL(url, 'http://x').searchParams.get('limit'));
  t.deepEqual([...new Set(sizes)], ['500', '125', '32']);
});

test(
  'the same page for ever',
  says,
  json(nodeList([seiNode('a')], { continue: 'again' })),
  /gives the same page of seinodes again and again|answers with kind "SeiNodeList", not SeiNode/,
);

test('a list that got too old between its pages is asked for once more, whole', async t => {
  const { url, seen } = await fakeServer(t, (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const answer = searchParams.has('continue')
      ? status(410, 'Expired', 'too old')
      : json(nodeList([seiNode('a')], searchParams.has('limit') ? { continue: 'more' } : {}));
    answer(request, response);
  });
  const listed = await listAll(client(t, kubeconfig(t, { server: url })), { resource: seiNodes });
  t.deepEqual(listed.items.length, 1);
  t.deepEqual(
    seen.map(({ url }) => url.replace(/^[^?]*/, '')),
    ['?limit=500', '?limit=500&continue=more', ''],
  );
});

test(
  'a list that is too old even then',
  says,
  status(410, 'Expired', 'too old'),
  /the list is too old to go on with, try again|cannot get/,
);

test('nodes that nest too deep or lack what is read are each a fault; the rest is shown', async t => {
  // JSON.stringify would overflow at such a depth.
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const items = [
    seiNode('good'),
    { ...seiNode('deep'), spec: 'DEEP' },
    { metadata: { name: '\u001b[2J' } },
    {},
  ];
  const body = JSON.stringify(nodeList(items)).replace('"DEEP"', deep);
  const { url } = await fakeServer(t, text(200, 'application/json', body));
  const { code, out, err } = await invoke(`list --kubeconfig ${kubeconfig(t, { server: url })}`);
  t.is(code, 3);
  t.regex(out, /\ngood +- /);
  t.regex(err, /^error: SeiNode default\/deep: nests deeper than 500 levels$/m);
  t.regex(err, /^error: SeiNode undefined\/\\u001b\[2J: metadata\.namespace /m);
  t.notRegex(err, /should not happen/);
});

test('a server that accepts connections and closes them', async t => {
  const open = new Set<Socket>();
  const server = createServer(socket => open.add(socket.destroy()));
  const port = await listen(server);
  t.teardown(() => server.close());
  await refused(
    t,
    kubeconfig(t, { server: `http://127.0.0.1:${port}` }),
    /the connection was reset \(ECONNRESET\)/,
  );
});
