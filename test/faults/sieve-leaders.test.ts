import anyTest from 'ava';
import { signalTo } from '../control-plane/supervise.ts';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  startFleet,
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { survives } from './matrix.ts';
import type { Seen } from './proxy/seen.ts';
import { beginPlans, isDoneOnce, leadersOf, leads, rolesOf, settled } from './replicas.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const lease = '/apis/coordination.k8s.io/v1/namespaces/sei-k8s-controller-system/leases/bc1f5b0a.sei.io';
/** Nodes whose plans a leader may not end. */
const count = 5;
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
  t.true(await until(async () => (await leadersOf(operators)).length === 1));
});

test('a leader that stands still is followed by the other, and writes nothing once it goes on', async t => {
  const [leader, other] = await rolesOf(operators);
  const release = await beginPlans(fleet, 'still', count);
  const pid = leader.pid() as number;
  const ended = leader.ended();
  const before = await fleet.uids('still');
  await survives({ who: 'operator', fault: 'a leader stands still beyond its Lease' }, async () => {
    signalTo(pid, 'SIGSTOP');
    const { length } = await settled(leader);
    t.true(await until(() => leads(other)));
    release();
    t.true(await until(() => fleet.areAll('Running', 'still')));
    signalTo(pid, 'SIGCONT');
    t.is(await ended, 'exit 1');
    t.deepEqual(leader.writes().slice(length), []);
    await isDoneOnce(t, fleet, { namespace: 'still', count }, before);
  });
});

test('a leader that is killed amid plans is followed by the other, which ends them', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await rolesOf(operators);
  const release = await beginPlans(fleet, 'killed', count);
  const before = await fleet.uids('killed');
  await survives({ who: 'operator', fault: 'a leader is killed' }, async () => {
    await leader.stop('SIGKILL');
    release();
    t.true(await until(() => leads(other)));
    t.true(await until(() => fleet.areAll('Running', 'killed')));
    await isDoneOnce(t, fleet, { namespace: 'killed', count }, before);
  });
});

test('a leader that is told to stop hands over at once, amid plans', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await rolesOf(operators);
  const release = await beginPlans(fleet, 'told', count);
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
    await isDoneOnce(t, fleet, { namespace: 'told', count }, before);
  });
});

test('a leader that reaches the API server no more ends by itself, and follows once it is back', async t => {
  await Promise.all(operators.map(each => each.start()));
  const [leader, other] = await rolesOf(operators);
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
