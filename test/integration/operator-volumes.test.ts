import { persistentVolumeClaims, pods, seiNodes, statefulSets } from '../../cluster/resource.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { gate, type Place, tasksOf, tls } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, inNamespace } = withOperator();

const hold = 'test.example/hold';
const imports = (pvcName: string) => ({ dataVolume: { import: { pvcName } } });
const snapshot = { fullNode: { snapshot: { s3: { targetHeight: 1 } } } };

for (const [how, before, after] of [
  ['on', {}, tls],
  ['off', tls, {}],
] as const) {
  test(`a node on an imported volume is made anew with TLS ${how}, and its chain is not restored again`, async t => {
    const place = await inNamespace(`import-${how}`);
    await place.provide(await place.pair());
    await place.volume('chain');
    await place.node({ ...imports('chain'), ...snapshot, ...before });
    const first = await place.runs();
    t.like(conditionOf(first.status, 'ImportPVCReady'), { status: 'True', reason: 'PVCValidated' });
    t.true(tasksOf(first).includes('snapshot-restore'));
    await place.awaits('annotates the claim', () => annotation(place, 'chain') === 'arctic-1');
    const uid = place.found(persistentVolumeClaims, 'chain')?.metadata.uid;
    await place.remove(seiNodes, 'n0');
    await place.awaits('deletes the node', () => place.found(seiNodes, 'n0') === undefined);
    t.deepEqual([place.found(statefulSets, 'n0'), place.podOf()], [undefined, undefined]);
    t.like(place.found(persistentVolumeClaims, 'chain')?.metadata, { uid, deletionTimestamp: undefined });
    await place.node({ ...imports('chain'), ...snapshot, ...after });
    const second = await place.runs();
    t.false(tasksOf(second).some(type => /snapshot|state-sync/.test(type)));
    t.is(tasksOf(second).includes('apply-rbac-proxy-config'), how === 'on');
    t.is(conditionOf(second.status, gate)?.status, how === 'on' ? 'True' : undefined);
    t.is(place.found(persistentVolumeClaims, 'chain')?.metadata.uid, uid);
  });
}

test('an import of a claim that is not there is waited for, and told', async t => {
  const place = await inNamespace('late');
  await place.node(imports('chain'));
  await place.says('ImportPVCReady', 'False PVCNotReady', /PersistentVolumeClaim chain does not exist/);
  t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Initializing');
  await place.volume('chain');
  await place.runs();
  await place.says('ImportPVCReady', 'True PVCValidated');
});

test('a node takes its StatefulSet, its pod and then its own volume with it', async t => {
  const place = await inNamespace('order');
  await place.node();
  await place.runs();
  await place.patch(pods, 'n0-0', { metadata: { finalizers: [hold] } });
  await place.remove(seiNodes, 'n0');
  const asked = performance.now();
  await place.says('Progressing', 'True Terminating', /Pod n0-0 \(being deleted\) must go first/);
  const seconds = (performance.now() - asked) / 1000;
  t.true(seconds < 60, `what it waits for is told after ${seconds} s`);
  t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Terminating');
  t.is(place.found(statefulSets, 'n0'), undefined);
  const claim = place.found(persistentVolumeClaims, 'data-n0')?.metadata;
  t.truthy(claim);
  t.is(claim?.deletionTimestamp, undefined);
  await place.patch(pods, 'n0-0', { metadata: { finalizers: [] } });
  await place.awaits('deletes the node', () => place.found(seiNodes, 'n0') === undefined);
  await place.awaits('deletes the claim', () => place.found(persistentVolumeClaims, 'data-n0') === undefined);
  t.is(place.podOf(), undefined);
});

test('a node that is held by its gate is deleted without ado', async t => {
  const place = await inNamespace('held');
  await place.node(tls);
  await place.says(gate, 'False NotFound');
  await place.remove(seiNodes, 'n0');
  await t.notThrowsAsync(place.awaits('deletes the node', () => place.found(seiNodes, 'n0') === undefined));
});

test('a node that is deleted and made anew at once waits for the remains of its namesake, and runs', async t => {
  const place = await inNamespace('anew');
  await place.node();
  await place.runs();
  const before = place.found(persistentVolumeClaims, 'data-n0')?.metadata.uid;
  await place.remove(seiNodes, 'n0');
  await place.awaits('deletes the node', () => place.found(seiNodes, 'n0') === undefined);
  await place.node();
  await place.runs();
  await place.awaits('has a claim of its own', () => {
    const claim = place.found(persistentVolumeClaims, 'data-n0')?.metadata;
    return claim !== undefined && claim.uid !== before && claim.deletionTimestamp === undefined;
  });
  t.pass();
});

function annotation(place: Place, claim: string): string | undefined {
  return place.found(persistentVolumeClaims, claim)?.metadata.annotations?.['sei.io/bootstrapped'];
}
