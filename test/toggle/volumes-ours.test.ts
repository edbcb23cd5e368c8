import { setTimeout as sleep } from 'node:timers/promises';
import { conditionOf } from '../../core/seinode.ts';
import { withBed } from './bed.ts';
import { imported } from './by-hand.ts';
import { heldBy } from './facts.ts';
import { beginTrial, losesVolume, runsAgain } from './trial.ts';

const { test, bed, inNamespace } = withBed({ controller: 'ours' });
const tls = { sidecar: { tls: { secretName: 'n0-tls' } } };

test('who deletes a node loses its volume', async t => {
  const trial = await beginTrial(bed(), await inNamespace('bare'));
  t.like(heldBy(trial.before), { reclaimPolicy: 'Delete', isBound: true, isGoing: false, hasData: true });
  await trial.remove(false);
  await losesVolume(t, trial);
});

test('with an import alone the node stays until its claim is nobody’s, and the volume with it', async t => {
  const trial = await beginTrial(bed(), await inNamespace('owned'));
  await trial.setImport();
  await trial.remove(false);
  await trial.place.says('Progressing', 'True Terminating', /take away its ownerReference/);
  t.deepEqual(heldBy(await trial.facts()), heldBy(trial.before));
  await trial.stripOwner();
  t.true(await trial.becomes(({ node, pod, statefulSet }) => !node && !pod && !statefulSet));
  t.deepEqual(heldBy(await trial.facts()), heldBy(trial.before));
});

test('a claim that is nobody’s outlives the node without an import', async t => {
  const trial = await beginTrial(bed(), await inNamespace('nobodys'));
  await trial.stripOwner();
  await trial.remove();
  t.deepEqual(heldBy(await trial.facts()), heldBy(trial.before));
});

test('an import on a live node starts no plan, and gives its claim no owner again', async t => {
  const trial = await beginTrial(bed(), await inNamespace('live'));
  await trial.setImport();
  await trial.stripOwner();
  const { before } = trial;
  await sleep(3_000);
  const now = await trial.facts();
  t.log(
    JSON.stringify(now.node?.status, null, 1),
    JSON.stringify(before.node?.status?.plan?.id),
    JSON.stringify(now.claim?.metadata),
  );
  t.is(now.node?.status?.plan?.id, before.node?.status?.plan?.id);
  t.is(now.claim?.metadata.ownerReferences, undefined);
  t.is(now.pod?.metadata.uid, before.pod?.metadata.uid);
  t.log(conditionOf(now.node?.status, 'ImportPVCReady'));
});

for (const [how, before, after] of [
  ['on', {}, tls],
  ['off', tls, {}],
] as const) {
  test(`by hand TLS is turned ${how}, and the node runs on the volume that it had`, async t => {
    const trial = await beginTrial(bed(), await inNamespace(`hand-${how}`), { spec: before });
    await trial.setImport();
    await trial.stripOwner();
    await trial.remove();
    t.deepEqual(heldBy(await trial.facts()), heldBy(trial.before));
    await runsAgain(t, trial, { ...after, ...imported });
  });
}

test('made again without the import', async t => {
  const { setImport, stripOwner, remove, create, place, facts } = await beginTrial(
    bed(),
    await inNamespace('unowned'),
  );
  await setImport();
  await stripOwner();
  await remove();
  await create({});
  await sleep(4_000);
  t.log(JSON.stringify((await facts()).node?.status, null, 1), place.namespace);
  t.pass();
});
