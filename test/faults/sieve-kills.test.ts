import { isDeepStrictEqual } from 'node:util';
import anyTest from 'ava';
import pLimit from 'p-limit';
import { until } from '../control-plane/until.ts';
import { makePlace } from '../integration/furniture.ts';
import type { Place } from '../integration/place.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import type { Operator } from '../operator/program.ts';
import { sampleOf, survives } from './matrix.ts';
import { type SieveBed, startSieveBed } from './sieve/bed.ts';
import { type End, startCounting } from './sieve/ends.ts';
import { type Scenario, scenarios } from './sieve/scenarios.ts';
import { type Asked, startView, type View } from './sieve/view.ts';

/** When an operator is killed at one of its writes; `lost` alone lets it live, and its answer never comes. */
const whens = ['before', 'after', 'lost', 'killed and lost'] as const;
type When = (typeof whens)[number];
type Case = { readonly scenario: Scenario; readonly at: number; readonly when: When };

/** So many writes may hang at once and leave workers for the others. */
const batch = 20;
const over = new AbortController();
const golden = new Map<string, { readonly writes: readonly string[]; readonly end: End }>();
const some = pLimit(10);
let bed: SieveBed;
let view: View;
let operator: Operator;
let endOf: ReturnType<typeof startCounting>;
const { test } = withControlPlane(anyTest.serial, async plane => {
  bed = await startSieveBed(plane);
  view = await startView(plane);
  operator = await bed.operator('operator', view.kubeconfig);
  endOf = startCounting(bed, over.signal);
  await operator.start();
});

test('what an operator writes that nobody disturbs', async t => {
  await Promise.all(
    scenarios.map(async scenario => {
      const place = await makePlace(bed, `golden-${scenario.name}`);
      await scenario.before(place);
      const { length } = view.writes;
      await scenario.act(place);
      await scenario.ends(place);
      const isCollected = () => Object.keys(endOf(place.namespace).objects).length === 0;
      if (scenario.leavesNothing) t.true(await until(isCollected));
      const writes = view.writes.slice(length).filter(isIn(place));
      const end = endOf(place.namespace);
      golden.set(scenario.name, { writes: writes.map(nameOf), end });
      t.true(writes.length > 0);
      t.log(`${scenario.name}: ${writes.map(nameOf).join(', ')}; tasks ${end.tasks.join(', ')}`);
    }),
  );
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
  t.log(`${cases.length} moments`);
});

test('whatever the operator deletes it names by its UID', t => {
  const deleted = view.writes.filter(({ method }) => method === 'DELETE');
  t.true(deleted.length > 0);
  t.deepEqual(
    deleted.filter(({ body }) => !JSON.parse(body).preconditions?.uid),
    [],
  );
});

anyTest.after.always('they stop', async () => {
  over.abort();
  view?.close();
  await bed?.stop();
});

/** Begins each case in a namespace of its own. @param isKilled the operator is, once all have come to their moments. */
async function broken(cases: readonly Case[], isKilled: boolean): Promise<void> {
  const places = await Promise.all(
    cases.map(each =>
      some(async () => {
        const place = await makePlace(bed, namespaceOf(each));
        await each.scenario.before(place);
        return place;
      }),
    ),
  );
  const reached = await Promise.all(
    cases.map(async (each, at) => {
      const isReached = arm(places[at]!, each);
      await each.scenario.act(places[at]!);
      return isReached;
    }),
  );
  // A write less than in the golden run is no fault: the case then meets its kill at its end.
  await until(() => reached.every(isReached => isReached()), 30_000);
  if (isKilled) await operator.stop('SIGKILL');
  view.mend();
  await operator.start();
}

/** Says what becomes of the writes for a node. @returns whether that has happened. */
function arm(place: Place, { at, when }: Case): () => boolean {
  const isOurs = isIn(place);
  let count = 0;
  let met: Asked | undefined;
  view.meddle(asked => {
    if (!isOurs(asked)) return undefined;
    const index = count++;
    if (index > at) return when === 'lost' ? undefined : 'swallow';
    if (index < at) return undefined;
    met = asked;
    return when === 'before' ? 'swallow' : when === 'after' ? undefined : 'reset';
  });
  return () => met !== undefined && (when === 'before' || met.status !== undefined);
}

async function isGolden(t: { deepEqual: (one: unknown, other: unknown, why: string) => void }, each: Case) {
  const { scenario, when, at } = each;
  const { writes, end } = golden.get(scenario.name)!;
  await survives({ who: 'operator', fault: `${faults[when]} a write (${scenario.name})` }, async () => {
    const namespace = namespaceOf(each);
    await until(() => isDeepStrictEqual(endOf(namespace), end), 180_000);
    t.deepEqual(endOf(namespace), end, `${when} ${writes[at]} of ${namespace}`);
  });
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

function isIn({ namespace }: Place): (asked: Asked) => boolean {
  return ({ path }) => path.includes(`/namespaces/${namespace}/`);
}

function nameOf({ method, path }: Asked): string {
  return `${method} ${path
    .split('/')
    .slice(path.startsWith('/api/') ? 5 : 6)
    .join('/')}`;
}
