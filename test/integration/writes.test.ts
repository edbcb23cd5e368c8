import anyTest from 'ava';
import { type Client, openCluster } from '../../cluster/client.ts';
import { getIfThere } from '../../cluster/get.ts';
import { reflect } from '../../cluster/reflector.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { apply, create, patchStatus, remove, type Sent } from '../../cluster/write.ts';
import { uidOf, versionOf } from '../../core/watch/change.ts';
import { Expectations } from '../../core/watch/expectations.ts';
import { type Delta, Store } from '../../core/watch/store.ts';
import { until } from '../control-plane/until.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

function opened(): Client {
  const { kubeconfig } = controlPlane();
  return openCluster({ kubeconfig, requestTimeout: 0, stdinTaken: false, userAgent: 'test' }, {});
}
const targetOf = (name: string) => ({ resource: seiNodes, namespace: 'default', name });
function seiNode(name: string, image = 'i'): Sent {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name, namespace: 'default' },
    spec: { chainId: 'c', image, fullNode: {} },
  };
}
const conflict = { fault: { status: 409, reason: 'Conflict' } };
const removal = { propagationPolicy: 'Background' } as const;

test('an object is made once', async t => {
  const client = opened();
  const made = await create(client, targetOf('once'), seiNode('once'), 'one');
  t.is(typeof uidOf(made), 'string');
  const error = await t.throwsAsync(create(client, targetOf('once'), seiNode('once'), 'one'));
  t.like(error, { fault: { status: 409, reason: 'AlreadyExists' } });
  await client.close();
});

test('what another manager owns is taken by force alone, and what is so already is not written', async t => {
  const client = opened();
  const target = targetOf('owned');
  const mine = { fieldManager: 'one', force: false };
  const first = await apply(client, target, seiNode('owned'), mine);
  t.is(versionOf(await apply(client, target, seiNode('owned'), mine)), versionOf(first));
  const theirs = { fieldManager: 'two', force: false };
  t.like(await t.throwsAsync(apply(client, target, seiNode('owned', 'other'), theirs)), conflict);
  const taken = await apply(client, target, seiNode('owned', 'other'), { ...theirs, force: true });
  t.like(taken, { spec: { image: 'other' } });
  await client.close();
});

test('a status is written under the resourceVersion that was read, and the spec stays', async t => {
  const client = opened();
  const target = targetOf('status');
  const made = await create(client, target, seiNode('status'), 'one');
  const patched = await patchStatus(client, target, versionOf(made), { phase: 'Pending' }, 'one');
  t.like(patched, { status: { phase: 'Pending' }, spec: { image: 'i' } });
  const late = patchStatus(client, target, versionOf(made), { phase: 'Running' }, 'one');
  t.like(await t.throwsAsync(late), conflict);
  await client.close();
});

test('only the object that is meant is deleted', async t => {
  const client = opened();
  const target = targetOf('meant');
  const made = await create(client, target, seiNode('meant'), 'one');
  t.like(await t.throwsAsync(remove(client, target, { ...removal, uid: 'another' })), conflict);
  const uid = String(uidOf(made));
  t.like(await t.throwsAsync(remove(client, target, { ...removal, uid, resourceVersion: '1' })), conflict);
  t.truthy(await remove(client, target, { ...removal, uid }));
  t.is(await getIfThere(client, { verb: 'get', ...target }), undefined);
  t.is(await remove(client, target, { ...removal, uid }), undefined);
  await client.close();
});

test('a store hears of own writes, and of an object that was recreated while nobody looked', async t => {
  const client = opened();
  const [store, over, looks] = [new Store(), new AbortController(), Promise.withResolvers<void>()];
  const deltas: Delta[] = [];
  const reflecting = reflect(client, { resource: seiNodes, namespace: 'default' }, store, {
    signal: over.signal,
    wait: () => looks.promise,
    random: () => 0,
    now: () => performance.now(),
    failed: () => {},
    heard: heard => void deltas.push(...heard),
  });
  t.true(await until(() => store.synced));
  const target = targetOf('seen');
  const expectations = new Expectations(store);
  const made = await create(client, target, seiNode('seen'), 'one');
  expectations.expect('default/seen', versionOf(made), 0);
  t.true(await until(() => expectations.mayReconcile('default/seen', 0)));
  t.is(uidOf(store.get('default/seen') ?? {}), uidOf(made));

  const { apiserver } = controlPlane();
  await apiserver.stop('SIGKILL');
  await apiserver.start();
  await remove(client, target, { ...removal, uid: String(uidOf(made)) });
  const second = await create(client, target, seiNode('seen'), 'one');
  looks.resolve();
  t.true(await until(() => uidOf(store.get('default/seen') ?? {}) === uidOf(second)));
  const story = deltas
    .filter(({ key }) => key === 'default/seen')
    .map(({ type, object }) => [type, uidOf(object)]);
  t.deepEqual(story, [
    ['added', uidOf(made)],
    ['deleted', uidOf(made)],
    ['added', uidOf(second)],
  ]);
  over.abort();
  await reflecting;
  await client.close();
});
