import anyTest from 'ava';
import { persistentVolumeClaims, seiNodes } from '../../cluster/resource.ts';
import { type FaultyOperator, faultyOperator } from '../integration/faulty-operator.ts';
import { makePlace } from '../integration/furniture.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { survives } from './matrix.ts';
import { type SieveBed, startSieveBed } from './sieve/bed.ts';
import { unseens } from './sieve/unseen.ts';
import { isWatch, momentOf, skip } from './sieve/way.ts';

let bed: SieveBed;
let operator: FaultyOperator;
const { test, controlPlane } = withControlPlane(anyTest.serial, async plane => {
  bed = await startSieveBed(plane);
  operator = await faultyOperator(plane, bed.sidecars);
  await operator.start();
});

const gaps: Readonly<Record<string, { readonly begin: () => unknown; readonly end: () => unknown }>> = {
  'its watches stand still, and tell it all at once': {
    begin: () => operator.proxy.freeze(call => isWatch(call)),
    end: () => operator.proxy.mend(),
  },
  'its watches stand still, and never tell it': {
    begin: () => operator.proxy.freeze(call => isWatch(call)),
    end: async () => skip(operator.proxy, await momentOf(controlPlane())),
  },
  'it does not run': { begin: () => operator.stop('SIGKILL'), end: () => operator.start() },
};

for (const [index, [how, { begin, end }]] of Object.entries(gaps).entries()) {
  test(`what comes and goes while ${how} ends as promised`, async t => {
    t.timeout(300_000);
    const places = await Promise.all(unseens.map((_, at) => makePlace(bed, `unseen-${index}-${at}`)));
    await Promise.all(places.map((place, at) => unseens[at]!.before(place)));
    const had = places.map(place => ({
      node: place.found(seiNodes, 'n0')?.metadata.uid,
      pod: place.podOf(),
    }));
    await begin();
    await Promise.all(places.map((place, at) => unseens[at]!.meanwhile(place, bed)));
    await end();
    for (const [at, { fault, ends }] of unseens.entries()) {
      await survives({ who: 'operator', fault: `${fault}, unseen` }, () => ends(places[at]!, bed, had[at]!));
    }
    t.pass();
  });
}

test('a volume is not deleted with its node that another imports, which the operator has not heard of yet', async t => {
  const place = await makePlace(bed, 'importer');
  await place.node();
  await place.runs();
  const claim = place.found(persistentVolumeClaims, 'data-n0')?.metadata.uid;
  bed.held.add(place.key('n0-0'));
  await place.remove(seiNodes, 'n0');
  await place.says('Progressing', 'True Terminating', /Pod n0-0 \(being deleted\) must go first/);
  operator.proxy.freeze(call => isWatch(call, 'seinodes'));
  await survives({ who: 'operator', fault: 'a volume is imported by another node, unseen' }, async () => {
    await place.node({ dataVolume: { import: { pvcName: 'data-n0' } } }, 'm0');
    bed.held.delete(place.key('n0-0'));
    bed.kubelet.probe();
    await place.awaits('loses its pod', () => place.podOf() === undefined);
    await place.says('Progressing', 'True Terminating', /is imported by SeiNode m0/);
    const { uid, deletionTimestamp } = place.found(persistentVolumeClaims, 'data-n0')!.metadata;
    t.deepEqual([uid, deletionTimestamp], [claim, undefined]);
  });
  operator.proxy.mend();
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await bed?.stop();
});
