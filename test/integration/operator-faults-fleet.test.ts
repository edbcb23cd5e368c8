import { setTimeout as sleep } from 'node:timers/promises';
import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  oncePerTask,
  seiNode,
  startFleet,
} from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial);

let fleet: Fleet;
let operator: FaultyOperator;
const seiNodes = (namespace: string) => `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`;

test('an operator and its fleet', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  t.is(operator.errors().length, 0);
});

test('sixty nodes at once, each with its Secret, run, and are written no more', async t => {
  await fleet.create('many', 60);
  t.true(await until(() => fleet.areAll('Running', 'many')));
  const uids = await fleet.uids('many');
  t.is(uids.length, 60 * 4);
  const { length } = operator.writes();
  await sleep(20_000);
  t.deepEqual(operator.writes().slice(length), []);
  t.deepEqual(operator.errors(), []);
  t.deepEqual(await fleet.uids('many'), uids);
});

test('an operator that starts again on nodes that run writes nothing', async t => {
  const uids = await fleet.uids('many');
  const { length } = operator.writes();
  await operator.restart();
  const added = 'workqueue_adds_total{';
  t.true(await until(async () => (await operator.metric(added)) >= 60));
  t.true(await until(async () => (await operator.metric('workqueue_depth{')) === 0));
  t.true(await until(async () => (await operator.metric('controller_runtime_active_workers{')) === 0));
  await sleep(2_000);
  t.deepEqual(operator.writes().slice(length), []);
  t.deepEqual(await fleet.uids('many'), uids);
});

test('a client that writes every node again and again delays them, and no more', async t => {
  const { call } = controlPlane();
  const errors = operator.errors().length;
  let [storms, writes] = [true, 0];
  const storm = async (name: string) => {
    for (; storms; writes += 1) {
      const odd = writes % 2 === 0;
      const body = odd
        ? { metadata: { labels: { storm: String(writes) } } }
        : { status: { externalAddress: `10.0.0.1:${writes}` } };
      await call('PATCH', `${seiNodes('storm')}/${name}${odd ? '' : '/status'}`, body);
    }
  };
  await fleet.create('storm', 20);
  const storming = Array.from({ length: 20 }, (_, index) => storm(`n${index}`));
  const run = await until(() => fleet.areAll('Running', 'storm'));
  storms = false;
  await Promise.all(storming);
  t.log(`${writes} writes of the storm`);
  t.true(run);
  t.true(writes > 200, String(writes));
  t.deepEqual(operator.errors().slice(errors), []);
  for (const node of await fleet.nodes('storm')) oncePerTask(t, fleet, node);
});

test('a namespace that is deleted takes its nodes along, whatever their phase', async t => {
  const { call } = controlPlane();
  const errors = operator.errors().length;
  fleet.fate = (node, type) => (type !== 'config-apply' ? 'completed' : (fates[node] ?? 'completed'));
  const fates: Record<string, ReturnType<Fleet['fate']>> = {
    'gone/n1': 'running',
    'gone/n2': { failed: 'no' },
  };
  await fleet.create('gone', 5);
  await call('POST', seiNodes('gone'), seiNode('gated'));
  const phases = async () => (await fleet.nodes('gone')).map(({ status }) => status?.phase).toSorted();
  const expected = ['Failed', 'Initializing', 'Pending', 'Running', 'Running', 'Running'];
  t.true(await until(async () => String(await phases()) === String(expected)), String(await phases()));
  await call('DELETE', '/api/v1/namespaces/gone/secrets/n3-tls');
  await kubectl(t, ['delete', 'namespace', 'gone', '--timeout=180s']);
  t.true(await until(async () => (await operator.metric('workqueue_depth{')) === 0));
  t.true(await until(async () => (await operator.metric('controller_runtime_active_workers{')) === 0));
  const pid = operator.pid();
  const { length } = operator.proxy.seen;
  await sleep(2_000);
  // Nobody waits for Events: the last may still be on their way.
  t.deepEqual(
    operator.proxy.seen.slice(length).filter(({ path }) => !path.endsWith('/events')),
    [],
  );
  t.is(operator.pid(), pid);
  // Nothing can be made there any more, which is no news.
  t.deepEqual(operator.errors().slice(errors), []);
});

test('a node without a spec stops no other', async t => {
  const { call } = controlPlane();
  const pid = operator.pid();
  const bare = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name: 'bare' } };
  await call('POST', '/api/v1/namespaces', { metadata: { name: 'bare' } });
  t.is((await call('POST', seiNodes('bare'), bare)).status, 201);
  await fleet.create('bare', 1);
  const running = async () =>
    (await fleet.nodes('bare')).find(({ metadata }) => metadata.name === 'n0')?.status?.phase === 'Running';
  t.true(await until(running), JSON.stringify(operator.errors().at(-1)));
  await kubectl(t, ['delete', 'seinode', 'n0', '-n', 'bare', '--timeout=180s']);
  t.is(operator.pid(), pid);
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});
