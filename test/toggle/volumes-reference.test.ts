import { withBed } from './bed.ts';
import { imported } from './by-hand.ts';
import { heldBy } from './facts.ts';
import { beginTrial, losesVolume, runsAgain } from './trial.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
const tls = { sidecar: { tls: { secretName: 'n0-tls' } } };

test('a node runs with a claim that it owns, bound to its volume', async t => {
  const asked = performance.now();
  const { before } = await beginTrial(bed(), await inNamespace('runs'));
  t.log(`runs after ${Math.round(performance.now() - asked)} ms`);
  t.like(heldBy(before), { reclaimPolicy: 'Delete', isBound: true, isGoing: false, hasData: true });
  t.is(before.claim?.metadata.ownerReferences?.[0]?.uid, before.node?.metadata.uid);
  t.deepEqual(before.node?.metadata.finalizers, ['sei.io/seinode-finalizer']);
});

test('who deletes a node loses its volume', async t => {
  const trial = await beginTrial(bed(), await inNamespace('bare'));
  await trial.remove(false);
  await losesVolume(t, trial);
});

test('an import alone does not save it: it is collected with the node that owns it', async t => {
  const trial = await beginTrial(bed(), await inNamespace('collected'));
  await trial.setImport();
  await trial.remove(false);
  await losesVolume(t, trial);
});

test('nor does the lack of an owner: the finalizer deletes it by its name', async t => {
  const trial = await beginTrial(bed(), await inNamespace('finalized'));
  await trial.stripOwner();
  await trial.remove(false);
  await losesVolume(t, trial);
});

test('a volume that is retained outlives its claim, released', async t => {
  const { remove, becomes } = await beginTrial(bed(), await inNamespace('retained'), {
    reclaimPolicy: 'Retain',
  });
  await remove();
  t.true(
    await becomes(({ claim, volume, hasData }) => !claim && volume?.status?.phase === 'Released' && hasData),
  );
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
    t.deepEqual(
      (await trial.facts()).node?.status?.sidecarTLS?.secretName,
      how === 'on' ? 'n0-tls' : undefined,
    );
  });
}

test('made again without the import it is Failed: the claim exists and is not owned', async t => {
  const { setImport, stripOwner, remove, create, becomes, facts } = await beginTrial(
    bed(),
    await inNamespace('unowned'),
  );
  await setImport();
  await stripOwner();
  await remove();
  await create({});
  t.true(await becomes(({ node }) => node?.status?.phase === 'Failed'));
  t.regex((await facts()).node?.status?.plan?.failedTaskDetail?.error ?? '', /exists and is not owned/);
});

test('an import that is smaller than the default size of the mode is Failed', async t => {
  const place = await inNamespace('small');
  await place.volume('small', '1999Gi');
  await place.node({ dataVolume: { import: { pvcName: 'small' } } });
  await place.becomes('is Failed', ({ status }) => status?.phase === 'Failed');
  await place.says('ImportPVCReady', 'False PVCInvalid', /less than the default size 2000Gi/);
  t.pass();
});
