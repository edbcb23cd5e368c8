import { conditionOf, type SeiNode } from '../../core/seinode.ts';
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
  const { before, facts, place, setImport, stripOwner } = await beginTrial(bed(), await inNamespace('live'));
  await stripOwner();
  await setImport();
  const hasLooked = ({ metadata, status }: SeiNode) =>
    metadata.generation === 2 && conditionOf(status, 'Progressing')?.observedGeneration === 2;
  const { status } = await place.becomes('is looked at with its import', hasLooked);
  t.like(status, { phase: 'Running', plan: { id: before.node?.status?.plan?.id, phase: 'Complete' } });
  const now = await facts();
  t.is(now.claim?.metadata.ownerReferences, undefined);
  t.is(now.pod?.metadata.uid, before.pod?.metadata.uid);
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

test('made again without the import it is Failed, until the import is set', async t => {
  const trial = await beginTrial(bed(), await inNamespace('unowned'));
  const { setImport, stripOwner, remove, create, becomes } = trial;
  await setImport();
  await stripOwner();
  await remove();
  await create({});
  t.true(await becomes(({ node }) => node?.status?.phase === 'Failed'));
  await setImport();
  t.true(await becomes(({ node }) => node?.status?.phase === 'Running'));
  t.deepEqual(heldBy(await trial.facts()), heldBy(trial.before));
});
