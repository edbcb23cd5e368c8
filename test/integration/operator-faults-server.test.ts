import anyTest from 'ava';
import { conditionOf } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import type { Seen } from '../faults/proxy/seen.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  oncePerTask,
  startFleet,
} from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

let fleet: Fleet;
let operator: FaultyOperator;

test('an operator and its fleet', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  await fleet.create('away', 10);
  t.true(await until(() => fleet.areAll('Running', 'away')));
});

test('what changes while every connection is cut is seen afterwards', async t => {
  const pid = operator.pid();
  operator.proxy.cut();
  await changeSecrets('away', 10);
  operator.proxy.mend();
  t.true(await until(async () => (await reasons('away')).every(reason => reason === 'Malformed')));
  t.is(operator.pid(), pid);
  t.true(await fleet.areAll('Running', 'away'));
});

test('what changes while every connection stands still is seen afterwards', async t => {
  operator.proxy.freeze();
  await restoreSecrets('away', 10);
  t.deepEqual([...new Set(await reasons('away'))], ['Malformed']);
  operator.proxy.mend();
  t.true(await until(async () => (await reasons('away')).every(reason => reason === 'Ready')));
});

test('a write that hangs is given up after 20 s, and done once', async t => {
  const isStatus = ({ method, path }: Seen) =>
    method === 'PATCH' && path.includes('/hangs/seinodes/n0/status');
  operator.proxy.freeze(isStatus);
  await fleet.create('hangs', 1);
  const sent = () => operator.proxy.seen.filter(isStatus);
  t.true(await until(() => sent().length === 2));
  operator.proxy.mend();
  t.true(await until(() => fleet.areAll('Running', 'hangs')));
  t.is((await fleet.uids('hangs')).length, 4);
  for (const node of await fleet.nodes('hangs')) oncePerTask(t, fleet, node);
});

test('a conflict with what no watch has told yet is not tried again and again', async t => {
  const { call } = controlPlane();
  const node = '/apis/sei.io/v1alpha1/namespaces/hangs/seinodes/n0';
  operator.proxy.freeze(({ path, query }) => path.endsWith('/seinodes') && query.has('watch'));
  await call('PATCH', node, { metadata: { labels: { by: 'another' } } });
  const { length } = operator.proxy.seen;
  await changeSecrets('hangs', 1);
  const conflicts = () => operator.proxy.seen.slice(length).filter(({ status }) => status === 409);
  t.true(await until(() => conflicts().length > 0));
  const start = performance.now();
  await until(() => performance.now() - start > 2_000);
  t.true(conflicts().length < 15, `${conflicts().length} in two seconds`);
  operator.proxy.mend();
  t.true(await until(async () => (await reasons('hangs'))[0] === 'Malformed'));
});

test('a pod that is made of the former template while its node is begun anew is replaced', async t => {
  const { call, controllerManager } = controlPlane();
  const isTemplate = ({ method, path }: Seen) => method === 'PATCH' && path.endsWith('/anew/statefulsets/n0');
  const released = Promise.withResolvers<void>();
  await controllerManager.stop('SIGTERM');
  const second = operator.proxy.fault('delay', { of: isTemplate, at: 2, until: released.promise });
  await fleet.create('anew', 1);
  t.true(await until(() => operator.proxy.seen.some(call => isTemplate(call) && call.status === 201)));
  await call('PATCH', '/apis/sei.io/v1alpha1/namespaces/anew/seinodes/n0', { spec: { image: 'sei:v6.4.0' } });
  await second;
  await controllerManager.start();
  const image = async () => {
    const { body } = await call('GET', '/api/v1/namespaces/anew/pods/n0-0');
    const { spec } = body as { spec?: { containers: readonly { name: string; image: string }[] } };
    return spec?.containers.find(({ name }) => name === 'seid')?.image;
  };
  t.true(await until(async () => (await image()) === 'sei:v6.3.0'), 'it is made');
  released.resolve();
  t.true(await until(() => fleet.areAll('Running', 'anew')));
  const [node] = await fleet.nodes('anew');
  t.is(node?.status?.currentImage, 'sei:v6.4.0');
  t.is(await image(), 'sei:v6.4.0');
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

async function changeSecrets(namespace: string, count: number): Promise<void> {
  const garbage = { data: { 'tls.crt': btoa('no certificate') } };
  for (let index = 0; index < count; index += 1) await patchSecret(namespace, `n${index}`, garbage);
}

async function restoreSecrets(namespace: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await patchSecret(namespace, `n${index}`, await fleet.secret(namespace, `n${index}`));
  }
}

async function patchSecret(namespace: string, name: string, change: object): Promise<void> {
  const { status } = await controlPlane().call(
    'PATCH',
    `/api/v1/namespaces/${namespace}/secrets/${name}-tls`,
    change,
  );
  if (status !== 200) throw new Error(`Secret of ${name}: ${status}`);
}

async function reasons(namespace: string): Promise<readonly (string | undefined)[]> {
  const nodes = await fleet.nodes(namespace);
  return nodes.map(({ status }) => conditionOf(status, 'SidecarTLSSecretReady')?.reason);
}
