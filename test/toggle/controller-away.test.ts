import anyTest from 'ava';
import { withBed } from './bed.ts';
import { imported } from './by-hand.ts';
import { controllerLate } from './controller-late.ts';
import { heldBy } from './facts.ts';
import { beginTrial, runsAgain } from './trial.ts';

for (const controller of ['ours', 'reference'] as const) {
  const { test, bed, inNamespace } = withBed({ controller }, anyTest.serial);

  test(`${controller}: while it is away a node that is deleted stays as it is, and goes once it is back`, async t => {
    const { remove, facts, becomes, before, setImport, stripOwner } = await beginTrial(
      bed(),
      await inNamespace('away'),
    );
    await setImport();
    await stripOwner();
    await bed().controller.stop();
    await remove(false);
    const { node, pod, statefulSet } = await facts();
    t.truthy(node?.metadata.deletionTimestamp);
    t.deepEqual(
      [pod, statefulSet].map(object => object?.metadata.uid),
      [before.pod, before.statefulSet].map(object => object?.metadata.uid),
    );
    await bed().controller.start();
    t.true(await becomes(now => !now.node && !now.pod && !now.statefulSet));
    t.deepEqual(heldBy(await facts()), heldBy(before));
  });

  test(`${controller}: a node that is made while it is away runs once it has started`, async t => {
    const trial = await beginTrial(bed(), await inNamespace('late'));
    await trial.setImport();
    await trial.stripOwner();
    await trial.remove();
    await bed().controller.stop();
    await trial.create(imported);
    t.is((await trial.facts()).node?.status, undefined);
    await bed().controller.start();
    await runsAgain(t, trial);
  });

  test(`${controller}: a pod that cannot end keeps its claim, and its node only where the finalizer waits`, async t => {
    const { setImport, stripOwner, remove, becomes, facts, before } = await beginTrial(
      bed(),
      await inNamespace('stuck'),
    );
    await setImport();
    await stripOwner();
    bed().held.add('stuck/n0-0');
    await remove(false);
    t.true(await becomes(({ pod }) => pod?.metadata.deletionTimestamp !== undefined));
    t.true(await becomes(({ node, statefulSet }) => !statefulSet && (controller === 'ours' || !node)));
    t.is((await facts()).node !== undefined, controller === 'ours');
    bed().held.clear();
    bed().release();
    t.true(await becomes(({ node, pod }) => !node && !pod));
    t.deepEqual(heldBy(await facts()), heldBy(before));
  });

  controllerLate(test, controller, bed, inNamespace);
}
