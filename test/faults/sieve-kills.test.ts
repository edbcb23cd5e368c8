import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import anyTest from 'ava';
import pLimit from 'p-limit';
import { until } from '../control-plane/until.ts';
import { type FaultyOperator, faultyOperator } from '../integration/faulty-operator.ts';
import { makePlace } from '../integration/furniture.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { sampleOf, survives } from './matrix.ts';
import type { Through } from './proxy/answers.ts';
import type { Seen } from './proxy/seen.ts';
import { idle, type SieveBed, startSieveBed } from './sieve/bed.ts';
import { type Counting, type End, startCounting } from './sieve/ends.ts';
import { type Scenario, scenarios } from './sieve/scenarios.ts';
import { isWriteIn } from './sieve/way.ts';

/** When an operator is killed at one of its writes; `lost` alone lets it live, and its answer never comes. */
const whens = ['before', 'after', 'lost', 'killed and lost'] as const;
type When = (typeof whens)[number];
type Case = { readonly scenario: Scenario; readonly at: number; readonly when: When };

/** So many writes may hang at once and leave workers for the others. */
const batch = 20;
/** For twenty nodes at once on a machine that has other things to do. */
const long = 180_000;
const over = new AbortController();
const golden = new Map<string, { readonly writes: readonly string[]; readonly end: End }>();
/** The cases that came to their moments. */
const reached = new Set<Case>();
const some = pLimit(10);
let bed: SieveBed;
let operator: FaultyOperator;
let counting: Counting;
const endOf: Counting['endOf'] = namespace => counting.endOf(namespace);
const { test } = withControlPlane(anyTest.serial, async plane => {
  bed = await startSieveBed(plane);
  const environment = { NODE_COMPILE_CACHE: join(plane.directory, 'compile-cache') };
  operator = await faultyOperator(plane, bed.sidecars, { environment });
  counting = startCounting(bed, over.signal);
  await operator.start();
});

test('what an operator writes that nobody disturbs', async t => {
  const ended = await Promise.all(
    scenarios.map(async scenario => {
      const place = await makePlace(bed, `golden-${scenario.name}`);
      await scenario.before(place, bed);
      const { length } = operator.writes();
      await scenario.act(place, bed);
      await scenario.ends(place);
      return { ...scenario, namespace: place.namespace, length };
    }),
  );
  // All others are held against this: nothing of it may still be on its way to us, or be written yet.
  await idle(operator, 0);
  for (const { name, leavesNothing, namespace, length } of ended) {
    const isCollected = () => Object.keys(endOf(namespace).objects).length === 0;
    if (leavesNothing) t.true(await until(isCollected));
    t.true(await until(() => counting.isCurrent(namespace)));
    const writes = operator.writes().slice(length).filter(isWriteIn(namespace)).map(nameOf);
    const end = endOf(namespace);
    golden.set(name, { writes, end });
    t.true(writes.length > 0);
    t.log(`${name}: ${writes.join(', ')}; tasks ${end.tasks.join(', ')}`);
  }
});

test('an operator that is killed at any of its writes, or misses the answer, comes to the same end', async t => {
  t.timeout(1_200_000);
  const cases = sampleOf(
    scenarios.flatMap(scenario =>
      golden.get(scenario.name)!.writes.flatMap((_, at) => whens.map(when => ({ scenario, at, when }))),
    ),
    batch,
  );
  for (const isKilled of [false, true]) {
    const those = cases.filter(({ when }) => (when !== 'lost') === isKilled);
    for (let begin = 0; begin < those.length; begin += batch) {
      const some = those.slice(begin, begin + batch);
      await broken(some, isKilled);
      await Promise.all(some.map(each => isGolden(t, each)));
    }
  }
  const missed = cases.filter(each => !reached.has(each)).map(namespaceOf);
  t.log(`${reached.size} of ${cases.length} moments; without their write: ${missed.join(', ')}`);
  // Writes of status wait for each other, and on a slow machine one may say what two would.
  t.true(missed.length <= cases.length / 10);
});

test('whatever the operator deletes it names by its UID', t => {
  const deleted = operator.writes().filter(({ method }) => method === 'DELETE');
  t.true(deleted.length > 0);
  t.deepEqual(
    deleted.filter(({ body }) => !(body as Removal).preconditions?.uid),
    [],
  );
});

anyTest.after.always('they stop', async () => {
  over.abort();
  await operator?.end();
  await bed?.stop();
});

type Removal = { readonly preconditions?: { readonly uid?: string } };

/** Begins each case in a namespace of its own. @param isKilled the operator is, once all have come to their moments. */
async function broken(cases: readonly Case[], isKilled: boolean): Promise<void> {
  const places = await Promise.all(
    cases.map(each =>
      some(async () => {
        const place = await makePlace(bed, namespaceOf(each));
        await each.scenario.before(place, bed);
        return place;
      }),
    ),
  );
  await Promise.all(
    cases.map(async (each, at) => {
      void met(each).then(() => reached.add(each));
      await each.scenario.act(places[at]!, bed);
    }),
  );
  await until(() => cases.every(each => reached.has(each) || hasEnded(each)), long);
  if (isKilled) await operator.stop('SIGKILL');
  operator.proxy.mend();
  await operator.start();
}

/** Lets a case meet its fault, once. After the moment of a kill nothing more is written. @returns the call, once it has. */
function met(each: Case): Promise<Seen> {
  const { at, when } = each;
  const { fault } = operator.proxy;
  const of = isWriteIn(namespaceOf(each));
  if (when === 'before') return fault('hold', { of, at: at + 1, forGood: true });
  if (when !== 'lost') void fault('hold', { of, at: at + 2, forGood: true });
  return fault(when === 'after' ? { through: whole } : 'reset', { of, at: at + 1 });
}

const whole: Through = async function* (chunks, happened) {
  yield* chunks;
  happened();
};

function hasEnded(each: Case): boolean {
  return isDeepStrictEqual(endOf(namespaceOf(each)), golden.get(each.scenario.name)!.end);
}

async function isGolden(t: { deepEqual: (one: unknown, other: unknown, why: string) => void }, each: Case) {
  const { scenario, when, at } = each;
  const { writes, end } = golden.get(scenario.name)!;
  const ends = async () => {
    await until(() => hasEnded(each), long);
    t.deepEqual(endOf(namespaceOf(each)), end, `${when} ${writes[at]} of ${namespaceOf(each)}`);
  };
  // A write less than in the golden run is no fault, and none was injected.
  const fault = `${faults[when]} a write (${scenario.name})`;
  await (reached.has(each) ? survives({ who: 'operator', fault }, ends) : ends());
}

const faults = {
  before: 'killed before',
  after: 'killed after',
  lost: 'never answered',
  'killed and lost': 'killed without the answer to',
};

function namespaceOf({ scenario: { name }, at, when }: Case): string {
  return `${name}-${at}-${when.replaceAll(' ', '-')}`;
}

function nameOf({ method, path }: Seen): string {
  return `${method} ${path
    .split('/')
    .slice(path.startsWith('/api/') ? 5 : 6)
    .join('/')}`;
}
