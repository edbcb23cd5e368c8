import anyTest from 'ava';
import pLimit from 'p-limit';
import { withBed } from '../toggle/bed.ts';
import { isWhole, sampleOf, survives } from './matrix.ts';
import { type KilledOperator, startKilledOperator } from './schedules/killed-operator.ts';
import { played } from './schedules/played.ts';
import { type Schedule, scheduleOf } from './schedules/schedule.ts';
import { Watched } from './schedules/watched.ts';

// SEEDS=1000-1499 plays those instead; one of them alone: SEEDS=17-17.
const [from, to] = (process.env.SEEDS ?? '1-200').split('-').map(Number) as [number, number];
const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);

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

for (const seed of process.env.SEEDS ? seeds : sampleOf(seeds, 8)) {
  const schedule = scheduleOf(seed);
  test(`seed ${seed}: every step of it is survived`, t =>
    some(async () => {
      const place = await inNamespace(`seed-${seed}`);
      const play = () => played(t, { bed: bed(), operator: operator!, watched: watched! }, place, schedule);
      await faultsOf(schedule).reduce(
        (rest, fault) => () => survives({ who: 'plugin and operator', fault }, rest),
        play,
      )();
    }));
}

/** What goes wrong in a schedule, once each, in the words of the matrix. */
function faultsOf({ steps }: Schedule): string[] {
  const has = (what: (step: Schedule['steps'][number]) => unknown) => steps.some(what);
  const named: Readonly<Record<string, boolean>> = {
    'a toggle whose process is killed, several times in a row': has(step => 'hit' in step),
    'a toggle whose operator is killed at one of its writes': has(step => 'operator' in step),
    'a write of a toggle that comes after another has gone on': has(
      step => 'hit' in step && step.hit?.how.endsWith('late'),
    ),
    'two people at one toggle at once': has(step => 'alongside' in step && step.alongside),
    'a node edited, a Secret renewed or a pod deleted under a toggle': has(
      step => 'deed' in step || ('meanwhile' in step && step.meanwhile !== undefined),
    ),
  };
  return Object.keys(named).filter(fault => named[fault]);
}
