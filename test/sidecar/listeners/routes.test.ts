import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { until } from '../../control-plane/until.ts';
import { killAll, sidecar } from '../program.ts';

const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const user = 'system:serviceaccount:sei-k8s-controller-system:controller-manager';

/** One request, its path and headers sent as they are. */
function ask(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string | string[]> = {},
  body = '',
): Promise<{ status: number; text: string; headers: NodeJS.Dict<string | string[]> }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, async response => {
      resolve({ status: response.statusCode ?? 0, text: await text(response), headers: response.headers });
    });
    sent.on('error', reject).end(body);
  });
}

/** The two modes' sidecars, shared: the requests of a table leave nothing that the others see. */
let plain: Awaited<ReturnType<typeof sidecar>>;
let trusted: typeof plain;
test.before(async () => {
  [plain, trusted] = await Promise.all([sidecar(), sidecar({ SEI_SIDECAR_AUTHN_MODE: 'trusted-header' })]);
});
test.after.always(killAll);

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'];
const paths: readonly (readonly [
  path: string,
  tasks: Record<string, number>,
  open: Record<string, number>,
])[] = [
  ['/v0/tasks', { GET: 200, POST: 400 }, {}],
  ['/v0/tasks?limit=1', { GET: 200, POST: 400 }, {}],
  [`/v0/tasks/${id}`, { GET: 404, DELETE: 404 }, {}],
  ['/v0/healthz', {}, { GET: 503 }],
  ['/v0/livez', {}, { GET: 200 }],
  ['/v0/livez?verbose=1', {}, { GET: 200 }],
  ['/v0/startupz', {}, { GET: 503 }],
  ['/v0/metrics', {}, { GET: 200 }],
  ...[
    '/',
    '/v0',
    '/v0/',
    '/v0/tasks/',
    `/v0/tasks/${id}/`,
    `/v0/tasks/${id}/x`,
    '//v0/tasks',
    '/v0//tasks',
    '/V0/tasks',
    '/x/../v0/tasks',
    '/v0/./tasks',
    '/v0/%74asks',
    '/v0/tasks%2f',
    '/v0/healthz/',
    '//v0/healthz',
    '/v0/metrics/x',
    '/metrics',
    '/healthz',
    '/tasks',
    '/v0/status',
    '/v0/node-id',
    '/v1/tasks',
    '/v0/tasksx',
    '/v0/healthzz',
    '/v0/tasks;x',
    '/v0/healthz;/v0/tasks',
    '*',
    'http://127.0.0.1/v0/tasks',
  ].map(path => [path, {}, {}] as const),
];
for (const [path, onTasks, onPublic] of paths) {
  const title = (methods: Record<string, number>) => JSON.stringify(methods);
  test(`${path} answers ${title(onTasks)} to tasks and ${title(onPublic)} to the public, 405 and 404 to the rest`, async t => {
    const listeners = [
      [plain.tasks, onTasks],
      [trusted.tasks, onTasks],
      [plain.open, onPublic],
    ] as const;
    for (const [base, answers] of listeners) {
      for (const method of methods) {
        const known = Object.keys(answers).length > 0;
        const { status, headers } = await ask(base, method, path, { 'x-remote-user': user });
        t.is(status, answers[method] ?? (known ? 405 : 404), `${method} ${base}`);
        if (status === 405) t.is(headers.allow, Object.keys(answers).join(', '));
      }
    }
  });
}

const identities: readonly (readonly [
  what: string,
  headers: Record<string, string | string[]>,
  reason?: string,
])[] = [
  ['no X-Remote-User', {}, 'missing_header'],
  ['an empty one', { 'X-Remote-User': '' }, 'empty_header'],
  ['one of blanks', { 'X-Remote-User': '   ' }, 'empty_header'],
  ['two', { 'X-Remote-User': [user, user] }, 'duplicate_header'],
  ['one of a blank that is no space', { 'X-Remote-User': '\u00a0' }, 'empty_header'],
  ['one with an underscore', { X_Remote_User: user }, 'missing_header'],
  ['an empty one and another', { 'X-Remote-User': ['', user] }, 'duplicate_header'],
  ['groups alone', { 'X-Remote-Groups': 'system:masters' }, 'missing_header'],
  ['a token alone', { authorization: 'Bearer of-nobody' }, 'missing_header'],
  ['one', { 'X-Remote-User': user }],
  ['one in any case', { 'x-rEmOtE-uSeR': user }],
  ['one with a comma', { 'X-Remote-User': 'CN=a,O=b' }],
];
for (const [what, headers, reason] of identities) {
  test.serial(
    `under trusted-header ${what} is ${reason === undefined ? 'let in' : `401, counted as ${reason}`}`,
    async t => {
      const before = await rejections(reason);
      const routes = [
        ['GET', '/v0/tasks', 200],
        ['POST', '/v0/tasks', 400],
        ['PUT', '/v0/tasks', 405],
        ['GET', `/v0/tasks/${id}`, 404],
        ['DELETE', `/v0/tasks/${id}`, 404],
      ] as const;
      for (const [method, path, otherwise] of routes) {
        const { status, text } = await ask(trusted.tasks, method, path, headers);
        t.is(status, reason === undefined ? otherwise : 401, method);
        if (reason !== undefined) t.regex(JSON.parse(text).error, /X-Remote-User/);
      }
      if (reason !== undefined) t.is((await rejections(reason)) - before, routes.length);
    },
  );
}

test('two X-Remote-User in different case are 401', async t => {
  const head = 'host: a\r\nconnection: close\r\nx-remote-user: a\r\nX-REMOTE-USER: b';
  t.regex(await raw(trusted.tasksPort, `GET /v0/tasks HTTP/1.1\r\n${head}\r\n\r\n`), /^HTTP\/1\.1 401 /);
});

test('without trusted-header nobody is asked who they are', async t => {
  t.is((await ask(plain.tasks, 'GET', '/v0/tasks')).status, 200);
});

async function rejections(reason = ''): Promise<number> {
  const { text } = await ask(trusted.open, 'GET', '/v0/metrics');
  return Number(
    new RegExp(`^sidecar_authn_rejections_total{reason="${reason}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
  );
}

const bodies = [
  ['nothing', ''],
  ['no JSON', '{"type":'],
  ['a list', '[]'],
  ['an unserved type', '{"type":"gov-vote"}'],
  ['100,000 brackets', '['.repeat(100_000)],
] as const;
for (const [what, body] of bodies) {
  test(`a POST of ${what} is 400 with {error}`, async t => {
    const { status, text } = await ask(plain.tasks, 'POST', '/v0/tasks', {}, body);
    t.is(status, 400);
    t.is(typeof JSON.parse(text).error, 'string');
  });
}

const sizes = [
  ['a body of 1 MiB is read', 1024 * 1024, 400],
  ['one byte more is 413', 1024 * 1024 + 1, 413],
] as const;
for (const [what, size, status] of sizes) {
  test(what, async t => {
    t.is((await ask(plain.tasks, 'POST', '/v0/tasks', {}, 'x'.repeat(size))).status, status);
  });
}

for (const listener of ['tasks', 'open'] as const) {
  test(`headers of 30 KiB are read on ${listener}, those of 33 KiB are 431`, async t => {
    const base = plain[listener];
    const path = listener === 'tasks' ? '/v0/tasks' : '/v0/livez';
    t.is((await ask(base, 'GET', path, { 'x-a': 'a'.repeat(30 * 1024) })).status, 200);
    t.is((await ask(base, 'GET', path, { 'x-a': 'a'.repeat(33 * 1024) })).status, 431);
  });
}

test('the wait of seid, which speaks HTTP/1.0 without a host, is answered', async t => {
  t.regex(await raw(plain.publicPort, 'GET /v0/healthz HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 503 /);
});

const malformed = [
  ['two lengths', 'POST /v0/tasks HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  [
    'a length and chunks',
    'POST /v0/tasks HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['no host', 'GET /v0/tasks HTTP/1.1\r\n\r\n'],
  ['a header folded over lines', 'GET /v0/tasks HTTP/1.1\r\nhost: a\r\nx-remote-user:\r\n root\r\n\r\n'],
  ['a blank before the colon', 'GET /v0/tasks HTTP/1.1\r\nhost: a\r\nx-remote-user : root\r\n\r\n'],
  ['no HTTP', 'hello\r\n\r\n'],
] as const;
for (const [what, bytes] of malformed) {
  test(`a request with ${what} is 400`, async t => {
    t.regex(await raw(trusted.tasksPort, bytes), /^HTTP\/1\.1 40[01] /);
  });
}

test('a body that is too large ends its connection, and another request on it is not read', async t => {
  const head = 'POST /v0/tasks HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\n\r\n';
  const answer = await raw(plain.tasksPort, head + 'x'.repeat(2_000_000) + head);
  t.regex(answer, /^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is);
  t.is(answer.match(/HTTP\/1\.1 /g)?.length, 1);
});

test('an answer keeps its connection for longer than kube-rbac-proxy, and its type is not guessed', async t => {
  const { headers } = await ask(plain.open, 'GET', '/v0/metrics', { connection: 'keep-alive' });
  t.is(headers['keep-alive'], 'timeout=120');
  t.is(headers['x-content-type-options'], 'nosniff');
});

const slow = [
  ['headers', '', 'x: y\r\n', 5_000],
  ['a body', 'content-length: 1000\r\n\r\n', 'x', 10_000],
] as const;
for (const [what, head, drop, patience] of slow) {
  test(`who drips ${what} is sent away after ${patience / 1000} s`, async t => {
    const isTold = async () => {
      const begun = performance.now();
      const socket = connect(plain.tasksPort, '127.0.0.1');
      socket.write(`POST /v0/tasks HTTP/1.1\r\nhost: a\r\n${head}`);
      const drips = setInterval(() => socket.write(drop), 200);
      const said = await heard(socket).finally(() => clearInterval(drips));
      const took = performance.now() - begun;
      // Node by itself gives a minute and more.
      t.true(took > patience - 100 && took < patience + 25_000, `${took} ms`);
      return /^HTTP\/1\.1 408 /.test(said);
    };
    // A drip that is not read any more resets the connection, and may take the answer with it.
    t.true(await until(isTold));
  });
}

/** What somebody says until the connection is over, in order or by a reset. */
function heard(socket: Socket): Promise<string> {
  let said = '';
  socket.on('error', () => {});
  socket.on('data', chunk => {
    said += chunk;
  });
  return new Promise(resolve => socket.on('close', () => resolve(said)));
}

function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes);
  return text(socket);
}
