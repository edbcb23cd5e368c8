import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { networkPolicies, pathOf } from '../../../cluster/resource.ts';
import type { ConfigMap } from '../../../core/toggle/config-map.ts';
import { type Journal, wantedTLS } from '../../../core/toggle/journal.ts';
import type { Place } from '../../integration/place.ts';
import type { Bed } from '../../toggle/bed.ts';
import { check } from '../../toggle/broken.ts';
import type { Facts } from '../../toggle/facts.ts';
import type { Ended } from '../../toggle/plugin.ts';
import { beginTrial } from '../../toggle/trial.ts';
import type { KilledOperator } from './killed-operator.ts';
import { People } from './people.ts';
import { type Schedule, textOf } from './schedule.ts';
import type { Watched } from './watched.ts';

/** What schedules are played on: one bed, whose operator is everybody's. */
export type Stage = { readonly bed: Bed; readonly operator: KilledOperator; readonly watched: Watched };

/** The operator, which is killed for others meanwhile, takes up nodes one after the other. */
const making = pLimit(4);

/** Plays a schedule in a namespace of its own, and holds what came of it against what is promised. */
export async function played(
  t: ExecutionContext,
  { bed, operator, watched }: Stage,
  place: Place,
  schedule: Schedule,
): Promise<void> {
  const { tls, mode, reclaimPolicy } = schedule;
  const spec: object = { fullNode: undefined, [mode]: {} };
  const trial = await making(() => beginTrial(bed, place, { tls, spec, reclaimPolicy }));
  await place.create(networkPolicies, {
    metadata: { name: 'ours' },
    spec: { podSelector: {}, ingress: [{}] },
  });
  const policy = await policyOf(bed, place);
  const people = await People.of(bed, trial, schedule);
  for (const step of schedule.steps) {
    if ('operator' in step)
      operator.killAt(place.namespace, step, () => people.injected.note('kill of the operator'));
    else if ('deed' in step) await people.do(step.deed);
    else await people.run(step);
  }
  await people.finish(schedule.finally);
  await people.settle();
  // A toggle may have begun only now, by what came late.
  const last = await people.finish(schedule.finally);
  const now = await trial.facts();
  const told = () =>
    [textOf(schedule), ...people.said, watched.trail(place.namespace), JSON.stringify(now.node)].join('\n');
  await people.injected.survived(async () => {
    check(t, trial, now, told());
    t.deepEqual(await watched.wrong(place.namespace, now), [], told());
    t.deepEqual(await policyOf(bed, place), policy);
    for (const label of Object.keys(people.edits.labels))
      t.is(now.node?.metadata.labels?.[label], 'kept', `${label}: ${told()}`);
    const images = [people.edits.image ?? trial.before.node?.spec.image, ...people.edits.late];
    t.true(images.includes(now.node?.spec.image), `${now.node?.spec.image}, not ${images}: ${told()}`);
    t.notRegex(people.said.join('\n'), /^ +at |PRIVATE KEY/m);
    isAsSaid(t, schedule, now, last, told());
  });
  t.log(people.injected.toString());
}

/** The setting is that of the last toggle, which is over as the person was told, and as was asked for. */
function isAsSaid(
  t: ExecutionContext,
  { tls, steps, finally: last }: Schedule,
  { node, configMaps }: Facts,
  { code }: Ended,
  told: string,
): void {
  const journals = configMaps.map(
    map => JSON.parse((map as ConfigMap).data?.['journal.json'] ?? '') as Journal,
  );
  const journal = journals.toSorted((one, other) => one.number - other.number).at(-1);
  const setting = journal ? wantedTLS(journal) : tls ? 'n0-tls' : null;
  t.is(node?.spec.sidecar?.tls?.secretName ?? null, setting, told);
  if (journal === undefined) return void t.is(code, 3, told);
  const isDone = journal.step === 'Done';
  t.is(code, isDone ? (last === 'resume' ? 0 : 3) : 1, told);
  const runs = steps.flatMap(step => ('runs' in step ? [step.runs] : []));
  if (![...runs, last].includes('abort')) t.true(isDone, told);
  const isAskedOnce = runs.filter(run => run === 'enable' || run === 'disable').length === 1;
  if (isAskedOnce) t.is(journal.to, tls ? null : 'n0-tls', told);
}

/** The policy of the namespace, as it was made and with its UID and resourceVersion. */
async function policyOf({ controlPlane }: Bed, { namespace }: Place): Promise<unknown> {
  const path = pathOf({ resource: networkPolicies, namespace });
  return ((await controlPlane.call('GET', path)).body as { items: unknown }).items;
}
