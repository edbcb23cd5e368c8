import anyTest from 'ava';
import { signalTo } from '../control-plane/supervise.ts';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  oncePerTask,
  startFleet,
} from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

/** Milliseconds that a Lease holds, and the longest between two looks at it, with room for a busy machine. */
const takeover = 15_000 + 2 * 2_000 + 5_000;
let fleet: Fleet;
let operators: readonly FaultyOperator[] = [];

test('two replicas are ready, and one of them leads', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  const replica = (name: string) =>
    faultyOperator(controlPlane(), fleet.sidecars, { name, flags: ['--leader-elect=true'] });
  operators = [await replica('one'), await replica('two')];
  await Promise.all(operators.map(each => each.start()));
  t.true(await until(async () => (await leaders()).length === 1));
});

test('a leader that stands still is followed by the other, and writes nothing once it goes on', async t => {
  const [leader, other] = await roles();
  await beginPlans('still');
  const pid = leader.pid() as number;
  const ended = leader.ended();
  const before = await fleet.uids('still');
  signalTo(pid, 'SIGSTOP');
  // What it sent before is on its way still.
  const { length } = await settled(leader);
  t.true(await until(() => leads(other), takeover));
  release();
  t.true(await until(() => fleet.areAll('Running', 'still')));
  signalTo(pid, 'SIGCONT');
  t.is(await ended, 'exit 1');
  t.deepEqual(leader.writes().slice(length), []);
  await isDoneOnce(t, 'still', before);
});

test('a leader that is killed amid plans is followed by the other, which ends them', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await roles();
  await beginPlans('killed');
  const before = await fleet.uids('killed');
  await leader.stop('SIGKILL');
  release();
  t.true(await until(() => leads(other), takeover));
  t.true(await until(() => fleet.areAll('Running', 'killed')));
  await isDoneOnce(t, 'killed', before);
});

test('a leader that is told to stop hands over at once, amid plans', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await roles();
  await beginPlans('told');
  const before = await fleet.uids('told');
  const ended = leader.ended();
  const start = performance.now();
  await leader.stop('SIGTERM');
  const stopped = performance.now() - start;
  t.is(await ended, 'exit 0');
  t.true(await until(() => leads(other), takeover));
  const led = performance.now() - start;
  t.log(`stopped after ${Math.round(stopped)} ms, the other led after ${Math.round(led)} ms`);
  t.true(stopped < 5_000 && led < stopped + 5_000, `${stopped} ${led}`);
  release();
  t.true(await until(() => fleet.areAll('Running', 'told')));
  await isDoneOnce(t, 'told', before);
});

test('a leader that reaches the API server no more ends by itself, and follows once it is back', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await roles();
  const ended = leader.ended();
  leader.proxy.freeze();
  t.is(await ended, 'exit 1');
  t.true(await until(() => leads(other), takeover));
  leader.proxy.mend();
  await leader.start();
  t.false(await leads(leader));
});

anyTest.after.always('they stop', async () => {
  await Promise.all(operators.map(each => each.end()));
  await fleet?.stop();
});

let release = () => {};

/** Nodes whose plans are amid their sidecars' tasks, until `release`. */
async function beginPlans(namespace: string): Promise<void> {
  let held = true;
  release = () => {
    held = false;
  };
  fleet.fate = (_, type) => (held && type === 'config-apply' ? 'running' : 'completed');
  await fleet.create(namespace, 5);
  const isAmid = async () =>
    (await fleet.nodes(namespace)).every(({ metadata: { name } }) =>
      fleet.sidecars.tasksOf(`${namespace}/${name}`).some(({ type }) => type === 'config-apply'),
    );
  await until(isAmid);
}

async function isDoneOnce(
  t: Parameters<typeof oncePerTask>[0],
  namespace: string,
  before: readonly string[],
) {
  t.is(before.length, 5 * 4);
  t.deepEqual(await fleet.uids(namespace), before);
  for (const node of await fleet.nodes(namespace)) oncePerTask(t, fleet, node);
}

async function leads(operator: FaultyOperator): Promise<boolean> {
  return (await operator.metric('leader_election_master_status{')) === 1;
}

async function leaders(): Promise<readonly FaultyOperator[]> {
  const leading = await Promise.all(operators.map(leads));
  return operators.filter((_, index) => leading[index]);
}

/** Who leads, and who waits. */
async function roles(): Promise<[FaultyOperator, FaultyOperator]> {
  await until(async () => (await leaders()).length === 1);
  const [leader] = await leaders();
  return [leader!, operators.find(each => each !== leader)!];
}

/** What a replica wrote, once it writes no more. */
async function settled(operator: FaultyOperator): Promise<readonly unknown[]> {
  const isAnswered = () => operator.proxy.seen.every(({ status, method }) => method === 'GET' || status);
  await until(isAnswered);
  return operator.writes();
}
