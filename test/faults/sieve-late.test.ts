import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import { type FaultyOperator, faultyOperator } from '../integration/faulty-operator.ts';
import { makePlace } from '../integration/furniture.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { survives } from './matrix.ts';
import type { Seen } from './proxy/seen.ts';
import { type SieveBed, startSieveBed } from './sieve/bed.ts';
import { lates } from './sieve/late.ts';
import { isWriteIn } from './sieve/way.ts';

let bed: SieveBed;
let operator: FaultyOperator;
const { test } = withControlPlane(anyTest.serial, async plane => {
  bed = await startSieveBed(plane);
  operator = await faultyOperator(plane, bed.sidecars);
  await operator.start();
});

for (const [at, { fault, path, act, replace, other, ends }] of lates.entries()) {
  test(`where ${fault}, it stays`, async t => {
    const place = await makePlace(bed, `late-${at}`);
    await place.node();
    await place.runs();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const isIn = isWriteIn(place.namespace);
    const of = (call: Seen) => isIn(call) && call.method === 'DELETE' && call.path.endsWith(path);
    const met = operator.proxy.fault('delay', { of, until: promise });
    await act(place);
    const deletion = await met;
    await survives({ who: 'operator', fault }, async () => {
      await replace(place);
      const uid = other(place)?.metadata.uid;
      release();
      t.true(await until(() => deletion.status !== undefined));
      t.is(deletion.status, 409);
      await ends(place);
      const { uid: kept, deletionTimestamp } = other(place)?.metadata ?? {};
      t.deepEqual([kept, deletionTimestamp], [uid, undefined]);
    });
  });
}

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await bed?.stop();
});
