import anyTest, { type ExecutionContext } from 'ava';
import { request } from 'undici';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { finalizerName } from '../../operator/finalizer.ts';
import { volume } from '../bench/fleet.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  seiNode,
  startFleet,
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { takeAway } from './infra/rights.ts';
import { sampleOf, survives } from './matrix.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/seinodes.sei.io';
const served = '/apis/sei.io/v1alpha1';
const nodesOf = (namespace: string) => `${served}/namespaces/${namespace}/seinodes`;
let fleet: Fleet;
let operator: FaultyOperator;

test('an operator and its fleet', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  await runs(t, 'old', 3);
});

const readers = [
  ['an operator', 'old', true],
  ['one with the roles of a controller before, which may not read the CRD,', 'former', false],
] as const;
for (const [who, namespace, isRead] of sampleOf(readers, 1)) {
  test(`who deletes the CRD ends every SeiNode of ${who} but no claim, and each runs again on its own`, async t => {
    if (namespace !== 'old') await runs(t, namespace, 3);
    const pid = operator.pid();
    const before = await claims(namespace);
    t.is(before.length, 3);
    if (!isRead) t.teardown(await takeAway(controlPlane(), 'customresourcedefinitions', ['get']));
    await survives({ who: 'operator', fault: 'CRD deleted, and put back' }, async () => {
      await call('DELETE', crd);
      t.true(await until(async () => (await call('GET', crd)).status === 404));
      await isKept(t, namespace, before);
      await install(controlPlane(), t);
      await runsAgain(t, namespace, before);
      t.is(operator.pid(), pid);
    });
  });
}

test('so it is where the CRD hung without an operator, and was freed of its finalizer and put back', async t => {
  await runs(t, 'hung', 2);
  const before = await claims('hung');
  t.is(before.length, 2);
  const fault = 'CRD vanished from under its SeiNodes, and put back';
  await survives({ who: 'operator', fault }, async () => {
    await operator.stop('SIGKILL');
    await call('DELETE', crd);
    t.true(await until(async () => (await fleet.nodes('hung')).every(isGoing)));
    await call('PATCH', crd, { metadata: { finalizers: null } });
    t.true(await until(async () => (await call('GET', `${served}/seinodes`)).status === 404));
    const { length } = operator.errors();
    const started = operator.start();
    const said = () => operator.errors().slice(length);
    t.true(await until(() => said().some(line => /cannot list seinodes.sei.io: not found/.test(line))));
    t.is((await request(`${operator.health}/healthz`)).statusCode, 200);
    await install(controlPlane(), t);
    await started;
    await isKept(t, 'hung', before);
    await runsAgain(t, 'hung', before);
  });
});

test('a node that somebody deleted takes its volume with it as ever, once it can be asked whether its CRD stays', async t => {
  await runs(t, 'alone', 1);
  const fault = 'no answer to whether the CRD stays, as a node ends';
  await survives({ who: 'operator', fault }, async () => {
    void operator.proxy.fault(503, { of: ({ path }) => path === crd, forGood: true });
    await call('DELETE', `${nodesOf('alone')}/n0`);
    t.true(
      await until(
        () => operator.proxy.seen.filter(({ path, status }) => path === crd && status === 503).length >= 3,
      ),
    );
    t.is((await claims('alone')).length, 1);
    t.true((await fleet.nodes('alone'))[0]?.metadata.finalizers?.includes(finalizerName));
    operator.proxy.mend();
    t.true(await until(async () => (await claims('alone')).length === 0));
    t.true(await until(async () => (await fleet.nodes('alone')).length === 0));
  });
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

const call: ControlPlane['call'] = (...asked) => controlPlane().call(...asked);

const isGoing = ({ metadata }: KubernetesObject) => metadata.deletionTimestamp !== undefined;

/** Nodes on volumes of their own, for nobody provisions any here. */
async function runs(t: ExecutionContext, namespace: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const made = volume(namespace, `n${index}`) as { metadata: { name: string } };
    await call('POST', '/api/v1/persistentvolumes', { ...made, metadata: { name: `${namespace}-${index}` } });
  }
  await fleet.create(namespace, count);
  t.true(await until(() => fleet.areAll('Running', namespace)));
}

async function claims(namespace: string): Promise<readonly KubernetesObject[]> {
  const { body } = await call('GET', `/api/v1/namespaces/${namespace}/persistentvolumeclaims`);
  return (body as { items: readonly KubernetesObject[] }).items;
}

/** The nodes of claims are gone with all else that they had; it was told of each claim that it stays. */
async function isKept(
  t: ExecutionContext,
  namespace: string,
  before: readonly KubernetesObject[],
): Promise<void> {
  const { length } = before;
  t.true(await until(async () => (await fleet.uids(namespace)).length === length));
  const kept = await claims(namespace);
  t.deepEqual(
    kept.map(({ metadata }) => metadata.uid),
    before.map(({ metadata }) => metadata.uid),
  );
  for (const { metadata } of kept) {
    t.deepEqual(metadata.ownerReferences ?? [], []);
    t.true(
      operator
        .errors()
        .some(line => line.includes(`kept, though SeiNode ${namespace}/`) && line.includes(metadata.name)),
    );
    t.true(await until(() => isTold(namespace, metadata.uid)));
  }
}

/** Whether an Event of a claim says that it is kept. */
async function isTold(namespace: string, uid: unknown): Promise<boolean> {
  const { body } = await call(
    'GET',
    `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.uid=${uid}`,
  );
  return (body as { items: readonly { reason: string }[] }).items.some(
    ({ reason }) => reason === 'VolumeKept',
  );
}

/** Nodes that import the claims. */
async function runsAgain(
  t: ExecutionContext,
  namespace: string,
  before: readonly KubernetesObject[],
): Promise<void> {
  for (const { metadata } of before) {
    const dataVolume = { import: { pvcName: metadata.name } };
    const node = seiNode(metadata.name.replace('data-', ''), { dataVolume });
    t.true(await until(async () => (await call('POST', nodesOf(namespace), node)).status === 201));
  }
  t.true(await until(() => fleet.areAll('Running', namespace)), JSON.stringify(await fleet.nodes(namespace)));
  const kept = await claims(namespace);
  t.deepEqual(
    kept.map(({ metadata }) => metadata.uid),
    before.map(({ metadata }) => metadata.uid),
  );
}
