import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { bundleOperator } from '../../scripts/bundle.ts';
import { freePort } from '../control-plane/apiserver.ts';
import { until } from '../control-plane/until.ts';
import {
  configurationPath,
  counted,
  installWebhook,
  type Replica,
  replica,
  secretPath,
} from './webhook-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

const replicas: Replica[] = [];
let close = () => {};
let inspector = 0;
let apply = async (): Promise<unknown> => undefined;
/** The bundle that is deployed, with Node's inspector: by it a test can keep the main thread busy. */
const { test, controlPlane } = withControlPlane(anyTest.serial, async controlPlane => {
  const installed = await installWebhook(controlPlane, () => replicas);
  ({ close, apply } = installed);
  const bundle = join(controlPlane.directory, 'operator.cjs');
  await bundleOperator(join(import.meta.dirname, '../..'), bundle);
  inspector = await freePort();
  const command = [process.execPath, `--inspect=127.0.0.1:${inspector}`, bundle];
  replicas.push(await replica(controlPlane, 'one', [], command));
  await replicas[0]!.start();
  await controlPlane.call('POST', '/api/v1/namespaces', { metadata: { name: 'a' } });
});
anyTest.after.always(() => close());

const [nodes, policies] = [
  '/apis/sei.io/v1alpha1/namespaces/a/seinodes',
  '/apis/networking.k8s.io/v1/namespaces/a/networkpolicies',
];
const node = (name: string, spec: object = {}) => ({
  apiVersion: 'sei.io/v1alpha1',
  kind: 'SeiNode',
  metadata: { name },
  spec: { chainId: 'arctic-1', image: 'i', fullNode: {}, ...spec },
});
const policy = (name: string, matchLabels: object) => ({
  metadata: { name },
  spec: { podSelector: { matchLabels } },
});
const one = () => replicas[0]!;
const call: ReturnType<typeof controlPlane>['call'] = (...asked) => controlPlane().call(...asked);
const isReady = async () => (await fetch(`${one().health}/readyz`)).ok;
const isAnswered = (name: string) =>
  until(async () => (await call('POST', nodes, node(name))).status === 201);

type Webhooks = { readonly webhooks: { clientConfig: { caBundle?: string } }[] };
const webhooks = async () => ((await call('GET', configurationPath)).body as Webhooks).webhooks;
const isTold = async () => (await webhooks()).every(({ clientConfig }) => clientConfig.caBundle);

test('without a configuration the operator is ready, and makes a certificate all the same', async t => {
  t.true(await isReady());
  t.true(await until(async () => (await call('GET', secretPath)).status === 200));
});

test('with one it is ready once the API server can reach it', async t => {
  await apply();
  t.true(await until(isTold));
  t.true(await isAnswered('n0'));
  t.true(await until(isReady));
});

test('what the rules refuse is refused through the API, with rule, node and fix', async t => {
  // As a dry run: until the webhook's watch has told it of n0 nothing is wrong with this policy.
  const shut = policy('shut', { 'sei.io/node': 'n0' });
  const asked = async () => (await call('POST', `${policies}?dryRun=All`, shut)).body as { message?: string };
  const refusal = /netpol-blocked: SeiNode a\/n0: monitoring cannot connect to 9100/;
  t.true(await until(async () => refusal.test((await asked()).message ?? '')));
  const denied = () => counted(replicas, 'seinode_admission_denied_total{rule="netpol-blocked"}');
  t.true(await until(async () => (await denied()) === 1), `${await denied()}`);
});

test('an emptied caBundle is written again', async t => {
  const emptied = (await webhooks()).map(({ clientConfig: { caBundle: _, ...rest }, ...webhook }) => ({
    ...webhook,
    clientConfig: rest,
  }));
  t.is((await call('PATCH', configurationPath, { webhooks: emptied })).status, 200);
  t.true(await until(isTold));
  t.true(await isAnswered('n1'));
});

test('a Secret that was spoilt is made anew', async t => {
  const { status } = await call('PATCH', secretPath, { data: { 'tls.key': 'bm8ga2V5' } });
  t.is(status, 200);
  const key = async () =>
    ((await call('GET', secretPath)).body as { data: Record<string, string> }).data['tls.key'];
  t.true(await until(async () => (await key()) !== 'bm8ga2V5'));
  t.true(await isAnswered('n2'));
  t.true(await until(isReady));
});

test('while the main thread is busy admission answers', async t => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const [target] = (await (await fetch(`http://127.0.0.1:${inspector}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  await new Promise(opened => socket.addEventListener('open', opened));
  socket.addEventListener('message', () => resolve());
  const go = join(controlPlane().directory, 'go');
  const expression = `while (!process.getBuiltinModule('fs').existsSync(${JSON.stringify(go)}));`;
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  let isBusy = true;
  const over = promise.then(() => {
    isBusy = false;
  });
  const times: number[] = [];
  for (let index = 0; index < 20; index += 1) {
    const begun = performance.now();
    t.is((await call('POST', nodes, node(`busy${index}`))).status, 201);
    times.push(performance.now() - begun);
  }
  t.log(`slowest of 20 requests: ${Math.round(Math.max(...times))} ms`);
  t.true(isBusy, 'the main thread was busy until after the last of them');
  writeFileSync(go, '');
  await over;
  socket.close();
});

test('a node of nearly 3 MB is judged; that etcd has no room for it is another matter', async t => {
  const entries = Array.from({ length: 1_000 }, (_, index) => [`app.toml:a.b${index}`, 'x'.repeat(2_900)]);
  const large = node('large', { overrides: Object.fromEntries(entries) });
  t.log(`${JSON.stringify(large).length} bytes`);
  const begun = performance.now();
  const { body } = await call('POST', nodes, large);
  t.log(`${Math.round(performance.now() - begun)} ms`);
  // Asked last of all: the webhook, which fails closed, has let it through.
  t.regex(JSON.stringify(body), /ResourceExhausted|request is too large/);
});

test('while nobody answers what fails closed is refused, and all else goes on', async t => {
  const secret = {
    metadata: { name: 's' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' },
  };
  t.is((await call('POST', '/api/v1/namespaces/a/secrets', secret)).status, 201);
  t.is((await call('POST', policies, policy('p', { app: 'x' }))).status, 201);
  await one().stop('SIGKILL');
  const refused = [
    await call('POST', nodes, node('late')),
    await call('PATCH', `${nodes}/n0`, { spec: { image: 'j' } }),
    await call('DELETE', `${policies}/p`),
  ];
  for (const { status, body } of refused) {
    t.is(status, 500);
    t.regex(JSON.stringify(body), /failed calling webhook/);
  }
  const passed = [
    await call('PATCH', `${nodes}/n0`, { metadata: { labels: { a: 'b' } } }),
    await call('PATCH', `${nodes}/n0/status`, { status: { phase: 'Pending' } }),
    await call('DELETE', `${nodes}/n1`),
    await call('PATCH', '/api/v1/namespaces/a/secrets/s', { data: { 'tls.crt': 'Yg==' } }),
    await call('DELETE', '/api/v1/namespaces/a/secrets/s'),
    await call('PATCH', '/api/v1/namespaces/a', { metadata: { labels: { a: 'b' } } }),
  ];
  t.deepEqual(
    passed.map(({ status }) => status),
    [200, 200, 200, 200, 200, 200],
  );
});
