import { appendFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import anyTest, { type ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { until } from '../control-plane/until.ts';
import { seeded } from '../core/x509/random.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  startFleet,
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { invoke } from '../plugin/terminal.ts';
import { isWhole, survives } from './matrix.ts';
import { type Action, actions } from './soak/actions.ts';
import { type Crew, held, linesOf, startCrew } from './soak/crew.ts';
import { shortcomings } from './soak/deserved.ts';
import { type Sample, slopeOf } from './soak/slope.ts';
import { type Witness, watchFor } from './soak/witness.ts';
import {
  ask,
  deleteNode,
  edit,
  listed,
  makeNamespace,
  makeNode,
  mend,
  pathOf,
  type World,
} from './soak/world.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

/** An hour by hand: SOAK_MINUTES=60. Figures go to the file that SOAK_SAMPLES names as well. */
const minutes = Number(process.env.SOAK_MINUTES ?? (isWhole ? 3 : 0.5));
const count = Number(process.env.SOAK_NODES ?? (isWhole ? 300 : 30));
const seed = Number(process.env.SOAK_SEED ?? 1);
/** Milliseconds between two actions, and without any write in the end. */
const [pace, quiet] = [100, minutes >= 1 ? 90_000 : 15_000];
/** For so much of the time operators are killed as well. */
const violent = 0.25;

let fleet: Fleet;
let crew: Crew;
let world: World;
let witness: Witness;
const over = new AbortController();
const happened = new Map<Action, number>();
const samples: Sample[] = [];

test('a fleet, and two operators', async t => {
  t.timeout(600_000);
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  witness = watchFor(controlPlane(), over.signal);
  const replica = (name: string) =>
    faultyOperator(controlPlane(), fleet.sidecars, { name, flags: ['--leader-elect=true'] });
  crew = await startCrew([await replica('one'), await replica('two')]);
  world = {
    ...{ random: seeded(seed), controlPlane: controlPlane(), fleet, crew, namespaces: [] },
    ...{ wishes: new Map(), troubled: new Map(), unready: new Set(), under: new Set(), made: 0 },
  };
  fleet.isUp = node => !world.unready.has(node);
  fleet.fate = (node, type) => {
    if (type === 'mark-ready') world.unready.delete(node);
    return world.troubled.get(node) ?? 'completed';
  };
  for (const index of Array(6).keys()) await makeNamespace(world, `s${index}`);
  await pLimit(8).map([...Array(count).keys()], index => makeNode(world, `s${index % 6}`));
  t.deepEqual(await settled(), []);
});

test('everything happens to it, and then nothing more', async t => {
  t.timeout(minutes * 60_000 + 1_200_000);
  const begun = performance.now();
  const elapsed = () => (performance.now() - begun) / 60_000;
  let isOver = false;
  const sampling = (async () => {
    for (; !isOver; await setTimeout(5_000)) await sample(() => elapsed() * 60);
  })();
  const load = loadavg();
  while (elapsed() < minutes) {
    const action = chosen(elapsed() < minutes * violent);
    happened.set(action, (happened.get(action) ?? 0) + 1);
    await action.act(world);
    await setTimeout(pace);
  }
  isOver = true;
  await sampling;
  t.log(`${[...happened.values()].reduce((sum, times) => sum + times, 0)} actions in ${minutes} minutes`);
  t.log(`${world.made} nodes made in all, seed ${seed}, load ${load} before and ${loadavg()} after`);
  tellSlopes(t);
  await mend(world);
  t.deepEqual(await settled(), []);
  const wishes = [...world.wishes.values()];
  for (const wish of wishes.slice(0, 5)) await deleteNode(world, wish);
  for (const wish of wishes.filter(({ isTLS }) => isTLS).slice(5, 10)) {
    await ask(world, 'DELETE', pathOf('secrets', wish));
    wish.secret = 'NotFound';
  }
  for (const wish of wishes.slice(20, 25)) {
    await edit(world, wish, { image: 'a b' });
    wish.isWrong = true;
  }
  t.deepEqual(await settled(), []);
});

test('of all this it holds what is promised', async t => {
  t.timeout(600_000);
  const assessed = assess(t);
  for (const [{ fault }, times] of happened) {
    await survives({ who: 'operator', fault: `amid everything else: ${fault}` }, () => assessed, times);
  }
  await assessed;
});

anyTest.after.always('they stop', async () => {
  over.abort();
  crew?.dismiss();
  await Promise.all((crew?.replicas ?? []).map(replica => replica.end()));
  await fleet?.stop();
});

function chosen(isViolent: boolean): Action {
  const among = actions.filter(action => isViolent || !action.isViolent);
  return world.random.pick(among.flatMap(action => Array<Action>(action.weight).fill(action)));
}

/** Waits until all is as it should be. @returns what is not. */
async function settled(): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await until(async () => {
    found = await shortcomings(world);
    await restartFailed();
    return found.length === 0;
  }, 900_000);
  return found;
}

/** A node that failed of what is over by now begins again as its spec changes (contract §3). */
async function restartFailed(): Promise<void> {
  for (const { metadata, status } of await listed<KubernetesObject & { status?: { phase?: string } }>(
    world,
    'nodes',
  )) {
    const wish = world.wishes.get(`${metadata.namespace}/${metadata.name}`);
    if (status?.phase !== 'Failed' || wish === undefined) continue;
    await edit(world, wish, { podLabels: { again: `${metadata.generation}` } });
  }
  await setTimeout(2_000);
}

async function sample(seconds: () => number): Promise<void> {
  try {
    const leader = await crew.leader();
    const sample = await held(leader, seconds());
    samples.push(sample);
    const file = process.env.SOAK_SAMPLES;
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...sample, load: loadavg()[0] })}\n`);
  } catch {
    // It was killed meanwhile.
  }
}

/** Of the process that led last, a fifth of its time after it began to. */
function tellSlopes(t: ExecutionContext): void {
  const last = samples.filter(({ pid }) => pid === samples.at(-1)?.pid);
  const warm = last.slice(Math.ceil(last.length / 5));
  if (warm.length < 10) {
    t.log('no leader was there for long enough to tell slopes');
    return;
  }
  const [first, end] = [warm[0]!, warm.at(-1)!];
  t.log(`${((end.at - first.at) / 60).toFixed(1)} minutes of one leader, after its warm-up; an hour:`);
  for (const figure of ['resident', 'heap', 'external', 'descriptors', 'resources', 'nodes', 'series']) {
    const [from, to, slope] = [first[figure]!, end[figure]!, slopeOf(warm, figure)].map(each =>
      each.toFixed(1),
    );
    t.log(`${figure}: ${from} to ${to}, slope ${slope}`);
  }
}

async function assess(t: ExecutionContext): Promise<void> {
  const { wishes } = world;
  t.true(await until(isSilent(), 600_000), 'nothing is written when nothing changes');
  const leader = await crew.leader();
  const before = await viewOf(leader);
  const nodes = [...wishes.keys()].toSorted();
  t.deepEqual(before.nodes, nodes, 'metrics tell of every node, and of none that is gone');
  await findsAll(t, leader);
  const end = await held(leader, 0);
  t.true(end.descriptors! < 200, `${end.descriptors} open files`);
  crew.dismiss();
  for (const replica of crew.replicas) await replica.stop();
  const { length } = leader.writes();
  await leader.start();
  const isThrough = async () =>
    (await leader.metric('workqueue_adds_total{')) >= nodes.length &&
    (await leader.metric('workqueue_depth{')) === 0 &&
    (await leader.metric('controller_runtime_active_workers{')) === 0 &&
    (await leader.metric('seinode_audit_last_run_timestamp_seconds')) > 0;
  t.true(await until(isThrough));
  // But Events: what it found it tells once more.
  t.deepEqual(leader.writes().slice(length), [], 'who begins with a fresh list finds nothing to write');
  t.deepEqual((await viewOf(leader)).ofNodes, before.ofNodes, 'and says the same of every node');
  await findsAll(t, leader);
  await isKept(t);
}

/** Whether nothing was written for long. */
function isSilent(): () => boolean {
  let [writes, since] = [-1, 0];
  return () => {
    const now = crew.writes();
    if (now !== writes) [writes, since] = [now, performance.now()];
    return performance.now() - since > quiet;
  };
}

/** What an operator believes, by its metrics: every node, and how many findings there are. */
async function viewOf(operator: FaultyOperator) {
  const lines = (await linesOf(operator)).filter(line => /^seinode_(?!audit)/.test(line)).toSorted();
  const ofNodes = lines.filter(line => !line.startsWith('seinode_policy_findings'));
  const nodes = ofNodes.flatMap(line => {
    const [, namespace, name] = /^seinode_phase\{namespace="(.*?)",name="(.*?)"/.exec(line) ?? [];
    return name === undefined ? [] : [`${namespace}/${name}`];
  });
  const findings = lines.filter(line => !ofNodes.includes(line) && !line.endsWith(' 0'));
  return { ofNodes, nodes: nodes.toSorted(), findings };
}

/** Waits until an operator has found what `policy check` finds, which reads everything anew. */
async function findsAll(t: ExecutionContext, operator: FaultyOperator): Promise<void> {
  const { out } = await invoke(`policy check -A -o json --kubeconfig ${controlPlane().kubeconfig}`);
  type Finding = { rule: string; severity: string; object: { namespace: string } };
  const series = (JSON.parse(out).findings as Finding[]).map(
    ({ rule, severity, object: { namespace } }) =>
      `seinode_policy_findings{namespace="${namespace}",rule="${rule}",severity="${severity}"}`,
  );
  const found = [...Map.groupBy(series, each => each)].map(([each, all]) => `${each} ${all.length}`);
  const isSame = async () => isDeepStrictEqual((await viewOf(operator)).findings, found.toSorted());
  // Of a namespace that took long to judge it is told late.
  if (!(await until(isSame, 300_000))) t.deepEqual((await viewOf(operator)).findings, found.toSorted());
}

/** No volume is lost, no pod was beside another, no task ran twice. */
async function isKept(t: ExecutionContext): Promise<void> {
  const { claims, pairs, planned, replanned } = witness;
  t.deepEqual(pairs, []);
  t.deepEqual(replanned, []);
  t.deepEqual(
    [...claims].filter(([, uids]) => uids.size !== 1),
    [],
  );
  type Claim = KubernetesObject & { spec: { volumeName?: string } };
  type Volume = KubernetesObject & { status: { phase: string }; spec: { claimRef: { uid?: string } } };
  const there = await listed<Claim>(world, 'claims');
  const volumes = new Map((await listed<Volume>(world, 'volumes')).map(each => [each.metadata.name, each]));
  t.is(there.length, world.wishes.size);
  for (const { metadata, spec } of there) {
    if (spec.volumeName === undefined) continue;
    const volume = volumes.get(spec.volumeName);
    t.is(volume?.status.phase, 'Bound', metadata.name);
    t.is(volume?.spec.claimRef.uid, metadata.uid);
  }
  t.true(
    [...volumes.values()].every(({ status }) => ['Bound', 'Released', 'Available'].includes(status.phase)),
  );
  for (const key of world.wishes.keys()) {
    for (const { id, type } of fleet.sidecars.tasksOf(key)) t.true(planned.has(id), `${key} ${type}`);
  }
}
