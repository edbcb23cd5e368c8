import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import { type FaultyOperator, faultyOperator } from '../integration/faulty-operator.ts';
import { makePlace } from '../integration/furniture.ts';
import type { Place } from '../integration/place.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { survives } from './matrix.ts';
import { idle, type SieveBed, startSieveBed } from './sieve/bed.ts';
import { isRolledOut, lasting, objectsIn } from './sieve/facts.ts';
import { stales } from './sieve/stale.ts';
import { isFollowed, momentOf } from './sieve/way.ts';

let bed: SieveBed;
let operator: FaultyOperator;
const { test, controlPlane } = withControlPlane(anyTest.serial, async plane => {
  bed = await startSieveBed(plane);
  operator = await faultyOperator(plane, bed.sidecars);
});

/** What is in each namespace before, while and after an operator saw it as it once was. */
type Found = Readonly<Record<'before' | 'while' | 'after', object>>;
const found = new Map<string, Found>();

test('an operator is started on a view of an hour ago, which then catches up', async t => {
  t.timeout(300_000);
  const places = await Promise.all(stales.map((_, at) => makePlace(bed, `stale-${at}`)));
  const each = (what: (place: Place, at: number) => Promise<unknown>) => Promise.all(places.map(what));
  const { proxy } = operator;
  await operator.start();
  await each((place, at) => stales[at]!.seen(place, bed, proxy));
  await operator.stop('SIGKILL');
  proxy.mend();
  await each(async (place, at) => stales[at]!.unattended?.(place));
  const moment = await momentOf(controlPlane());
  await operator.start();
  await each((place, at) => stales[at]!.since(place, bed));
  await idle(operator, places.length);
  const now = () => each(async place => all(place));
  const isRolledOutIn = async ({ namespace }: Place) =>
    Object.entries(await objectsIn(controlPlane(), namespace))
      .filter(([name]) => name.startsWith('statefulsets/'))
      .every(([, set]) => isRolledOut(set as Parameters<typeof isRolledOut>[0]));
  t.true(await until(async () => (await Promise.all(places.map(isRolledOutIn))).every(Boolean)));
  const before = await now();
  await operator.stop('SIGKILL');
  void proxy.fault({ asOf: moment }, { of: isFollowed, forGood: true });
  const { length } = operator.writes();
  await operator.start();
  await idle(operator, places.length);
  const meanwhile = await now();
  t.log(
    operator
      .writes()
      .slice(length)
      .map(({ method, path, status }) => `${method} ${path} ${status}`)
      .join('\n'),
  );
  proxy.mend();
  await idle(operator, places.length);
  const after = await now();
  for (const [at, { namespace }] of places.entries()) {
    found.set(namespace, { before: before[at]!, while: meanwhile[at]!, after: after[at]! } as Found);
  }
  t.pass();
});

for (const [at, { fault }] of stales.entries()) {
  test(`an operator that ${fault} changes nothing of it`, async t => {
    await survives({ who: 'operator', fault: `started on an old view: ${fault}` }, () => {
      const { before, while: meanwhile, after } = found.get(`stale-${at}`)!;
      t.deepEqual(meanwhile, before, 'before it catches up');
      t.deepEqual(settled(after), settled(before), 'after it has caught up');
    });
  });
}

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await bed?.stop();
});

async function all(place: Place): Promise<object> {
  const objects = lasting(await objectsIn(controlPlane(), place.namespace));
  return { ...objects, tasks: bed.sidecars.tasksOf(place.key('n0')) };
}

/**
 * Without the moments of conditions: watches catch up one after another, and a condition that is told of an old pod and a new node
 * goes to and fro for a moment.
 */
function settled(objects: object): unknown {
  return JSON.parse(
    JSON.stringify(objects, (name, value) => (name === 'lastTransitionTime' ? undefined : value)),
  );
}
