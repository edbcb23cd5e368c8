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
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { survives } from './matrix.ts';
import type { Seen } from './proxy/seen.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const lease = '/apis/coordination.k8s.io/v1/namespaces/sei-k8s-controller-system/leases/bc1f5b0a.sei.io';
let fleet: Fleet;
let operators: readonly FaultyOperator[] = [];
/** Who wrote, in turn. */
const turns: string[] = [];

test('two replicas are ready, and one of them leads', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  const replica = async (name: string) => {
    const flags = ['--leader-elect=true'];
    const operator = await faultyOperator(controlPlane(), fleet.sidecars, { name, flags });
    void operator.proxy.fault('hold', { of: call => noted(name, call) });
    return operator;
  };
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
  await survives({ who: 'operator', fault: 'a leader stands still beyond its Lease' }, async () => {
    signalTo(pid, 'SIGSTOP');
    // What it sent before is on its way still.
    const { length } = await settled(leader);
    t.true(await until(() => leads(other)));
    release();
    t.true(await until(() => fleet.areAll('Running', 'still')));
    signalTo(pid, 'SIGCONT');
    t.is(await ended, 'exit 1');
    t.deepEqual(leader.writes().slice(length), []);
    await isDoneOnce(t, 'still', before);
  });
});

test('a leader that is killed amid plans is followed by the other, which ends them', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await roles();
  await beginPlans('killed');
  const before = await fleet.uids('killed');
  await survives({ who: 'operator', fault: 'a leader is killed' }, async () => {
    await leader.stop('SIGKILL');
    release();
    t.true(await until(() => leads(other)));
    t.true(await until(() => fleet.areAll('Running', 'killed')));
    await isDoneOnce(t, 'killed', before);
  });
});

test('a leader that is told to stop hands over at once, amid plans', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await roles();
  await beginPlans('told');
  const before = await fleet.uids('told');
  await survives({ who: 'operator', fault: 'a leader is told to stop' }, async () => {
    const former = await holder();
    const ended = leader.ended();
    await leader.stop('SIGTERM');
    t.is(await ended, 'exit 0');
    // Given back, not left to run out.
    t.not(await holder(), former);
    t.true(await until(() => leads(other)));
    release();
    t.true(await until(() => fleet.areAll('Running', 'told')));
    await isDoneOnce(t, 'told', before);
  });
});

test('a leader that reaches the API server no more ends by itself, and follows once it is back', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await roles();
  await survives({ who: 'operator', fault: 'a leader reaches the API server no more' }, async () => {
    const ended = leader.ended();
    leader.proxy.freeze();
    t.is(await ended, 'exit 1');
    t.true(await until(() => leads(other)));
    leader.proxy.mend();
    await leader.start();
    t.false(await leads(leader));
  });
});

test('nobody wrote in between while another led', t => {
  // Four times the lead changed.
  t.true(turns.length > 1 && turns.length <= 5, turns.join(', '));
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

async function holder(): Promise<unknown> {
  const { body } = await controlPlane().call('GET', lease);
  return (body as { spec: { holderIdentity: unknown } }).spec.holderIdentity;
}

/** Notes whose turn it is where a replica writes, its Lease and Events apart. @returns no: nothing happens to the call. */
function noted(name: string, { method, path }: Seen): boolean {
  const isWrite = method !== 'GET' && !/\/(leases|events)\b/.test(path);
  if (isWrite && turns.at(-1) !== name) turns.push(name);
  return false;
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
