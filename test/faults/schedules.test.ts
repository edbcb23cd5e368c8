import anyTest from 'ava';
import pLimit from 'p-limit';
import { withBed } from '../toggle/bed.ts';
import { isWhole, sampleOf } from './matrix.ts';
import { type KilledOperator, startKilledOperator } from './schedules/killed-operator.ts';
import { played } from './schedules/played.ts';
import { scheduleOf } from './schedules/schedule.ts';
import { Watched } from './schedules/watched.ts';

// SEEDS=1000-1499 plays those instead; one of them alone: SEEDS=17-17.
const [from, to] = (process.env.SEEDS ?? '1-200').split('-').map(Number) as [number, number];
const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** 132: a toggle is taken back while its delete is still under way. */
const always = [132];

let operator: KilledOperator | undefined;
let watched: Watched | undefined;
const over = new AbortController();
const { test, bed, inNamespace } = withBed({
  controller: 'ours',
  operator: async (controlPlane, sidecars) => {
    watched = new Watched(controlPlane, over.signal);
    operator = await startKilledOperator(controlPlane, sidecars);
    return operator;
  },
});
anyTest.after.always('nothing is watched any more', () => over.abort());

/** Most of their time they wait for each other's leases. */
const some = pLimit(isWhole || process.env.SEEDS ? 24 : 8);

for (const seed of process.env.SEEDS ? seeds : new Set([...sampleOf(seeds, 8), ...always])) {
  test(`seed ${seed}: every step of it is survived`, t =>
    some(async () => {
      const place = await inNamespace(`seed-${seed}`);
      await played(t, { bed: bed(), operator: operator!, watched: watched! }, place, scheduleOf(seed));
    }));
}
