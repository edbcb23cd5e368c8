import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import type { ClientOptions } from '../../cluster/client.ts';
import { forwardPort } from '../../cluster/port-forward.ts';
import { pods } from '../../cluster/resource.ts';
import { client } from '../cluster/fakes.ts';
import { until } from '../control-plane/until.ts';
import type { Place } from './place.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();
let place: Place;

/** Answers what it is sent, up to a dot, in capitals, and ends. */
const shouter =
  'socket => { let all = ""; socket.on("data", data => { all += data; if (all.endsWith(".")) socket.end(all.toUpperCase()); }); }';
/** Ends the connection rudely. */
const hangUp = 'socket => socket.on("data", () => socket.resetAndDestroy())';

function listener(name: string, port: number, serve: string): object {
  const script = `require("node:net").createServer(${serve}).listen(${port}, "127.0.0.1")`;
  const startupProbe = { tcpSocket: { port }, periodSeconds: 1, failureThreshold: 600 };
  const command = ['/bin/sh', '-c', `exec ${process.execPath} -e '${script}'`];
  return { name, image: 'shell', command, volumeMounts: [], startupProbe };
}

test('a pod whose containers listen on 127.0.0.1 runs', async t => {
  bed().images.set('shell', {});
  place = await bed().inNamespace('forwarded');
  const containers = [listener('shouter', 7777, shouter), listener('rude', 9100, hangUp)];
  await place.create(pods, { metadata: { name: 'n0-0' }, spec: { containers, volumes: [] } });
  type Found = ReturnType<Place['found']> & { status?: { containerStatuses?: { ready: boolean }[] } };
  const statuses = () => (place.found(pods, 'n0-0') as Found | undefined)?.status?.containerStatuses;
  await place.awaits('listens', () => statuses()?.every(({ ready }) => ready));
  t.is(statuses()?.length, 2);
});

function open(
  t: ExecutionContext,
  port: number,
  {
    name = 'n0-0',
    kubeconfig = bed().controlPlane.kubeconfig,
    ...options
  }: Partial<ClientOptions> & { name?: string } = {},
): Promise<Duplex> {
  return forwardPort(client(t, kubeconfig, options), { namespace: place.namespace, name, port });
}

test('what is written arrives, what is answered comes back, and the end comes through', async t => {
  const stream = await open(t, 7777);
  stream.write('said to a pod.');
  t.is(await text(stream), 'SAID TO A POD.');
});

test('more than a window of data comes whole and in order', async t => {
  const stream = await open(t, 7777);
  const sent = Array.from({ length: 200_000 }, (_, line) => `line ${line}`).join('\n');
  stream.write(`${sent}.`);
  t.is(await text(stream), `${sent.toUpperCase()}.`);
});

test('several streams at once do not mix', async t => {
  const words = ['one', 'two', 'three'];
  const streams = await Promise.all(words.map(() => open(t, 7777)));
  for (const [index, stream] of streams.entries()) stream.write(`${words[index]}.`);
  t.deepEqual(await Promise.all(streams.map(stream => text(stream))), ['ONE.', 'TWO.', 'THREE.']);
});

test('where nothing listens the stream says so as a socket does', async t => {
  t.is(await codeOf(await open(t, 8443)), 'ECONNREFUSED');
});

test('where the pod breaks the connection off the stream says so as a socket does', async t => {
  const stream = await open(t, 9100);
  stream.write('x');
  t.is(await codeOf(stream), 'ECONNRESET');
});

async function codeOf(stream: Duplex): Promise<string> {
  const failed = once(stream.resume(), 'error');
  const [{ code }] = await failed;
  return code;
}

test('a pod that is not there is a fault of one sentence', async t => {
  await t.throwsAsync(open(t, 7777, { name: 'n1-0' }), {
    message: 'cannot create pods/portforward "n1-0" in the namespace forwarded: not found',
  });
});

test('a pod that is on no node yet is a fault of one sentence', async t => {
  await place.create(pods, {
    metadata: { name: 'n2-0' },
    spec: { containers: [{ name: 'c', image: 'shell' }], schedulingGates: [{ name: 'not/yet' }] },
  });
  await t.throwsAsync(open(t, 7777, { name: 'n2-0' }), {
    message: /^cannot create pods\/portforward "n2-0" in the namespace forwarded: .* does not have a host/,
  });
});

const rights: readonly [verbs: string[], refused: string | undefined][] = [
  [['watch'], ' as "watch"'],
  [['get'], ''],
  [['create'], ' as "create"'],
  [['get', 'create'], undefined],
];
for (const [verbs, as] of rights) {
  const name = verbs.join('-');
  test(`who has ${name} on pods/portforward is ${as === undefined ? 'let through' : 'told which verbs are needed'}`, async t => {
    await grant(name, verbs);
    const kubeconfig = await bed().controlPlane.userKubeconfig(name);
    const found = () => open(t, 7777, { kubeconfig }).then(hangUpOn, ({ message }) => message as string);
    const expected =
      as === undefined
        ? 'opened'
        : `no permission to create pods/portforward "n0-0" in the namespace forwarded${as}: a Role in forwarded with the verbs get and create on pods/portforward is needed`;
    await until(async () => (await found()) === expected);
    t.is(await found(), expected);
  });
}

test('who acts as another is asked for the other’s rights', async t => {
  await t.throwsAsync(open(t, 7777, { as: 'nobody' }), { message: /^no permission .* as "nobody": / });
  t.is(await open(t, 7777, { as: 'get-create' }).then(hangUpOn), 'opened');
});

function hangUpOn(stream: Duplex): string {
  stream.destroy();
  return 'opened';
}

async function grant(name: string, verbs: readonly string[]): Promise<void> {
  const { call } = bed().controlPlane;
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/forwarded';
  const rules = [{ apiGroups: [''], resources: ['pods/portforward'], verbs }];
  await call('POST', `${path}/roles`, { metadata: { name }, rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
  await call('POST', `${path}/rolebindings`, { metadata: { name }, roleRef, subjects });
}
