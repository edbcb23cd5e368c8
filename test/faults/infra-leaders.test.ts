import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  startFleet,
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { type Misfortune, misfortunes } from './infra/misfortunes.ts';
import { isWhole, survives } from './matrix.ts';
import { beginPlans, isDoneOnce, leadersOf, leads, rolesOf, settled } from './replicas.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

type Replica = FaultyOperator & { readonly befall: (misfortune: Misfortune) => Promise<void> };

const lease = '/apis/coordination.k8s.io/v1/namespaces/sei-k8s-controller-system/leases/bc1f5b0a.sei.io';
const hour = 3_600_000;
/** Nodes whose plans a leader may not end. */
const count = 3;
let fleet: Fleet;
let replicas: readonly Replica[] = [];

test('two replicas, and one of them leads', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  const replica = async (name: string): Promise<Replica> => {
    const { environment, befall } = misfortunes(controlPlane(), name);
    const flags = ['--leader-elect=true'];
    const operator = await faultyOperator(controlPlane(), fleet.sidecars, { name, flags, environment });
    return { ...operator, befall: misfortune => befall(operator, misfortune) };
  };
  replicas = [await replica('one'), await replica('two')];
  await Promise.all(replicas.map(each => each.start()));
  t.true(await until(async () => (await leadersOf(replicas)).length === 1));
});

const changes = isWhole ? 20 : 3;
test(`leaders that change ${changes} times in a row bring plans to one end`, async t => {
  const release = await beginPlans(fleet, 'changes', count);
  const before = await fleet.uids('changes');
  const { transitions: begun } = await held();
  const idle = new Map<Replica, number>();
  await survives(
    { who: 'operator', fault: 'leaders that follow each other amid plans' },
    async () => {
      for (let change = 0; change < changes; change += 1) {
        const [leader, other] = await rolesOf(replicas);
        const written = other.writes().length;
        await leader.stop('SIGTERM');
        t.is(written, idle.get(other) ?? 0, 'who waits writes nothing');
        t.true(await until(() => leads(other)));
        await leader.start();
        t.false(await leads(leader));
        idle.set(leader, leader.writes().length);
      }
      release();
      t.true(await until(() => fleet.areAll('Running', 'changes')));
      await isDoneOnce(t, fleet, { namespace: 'changes', count }, before);
      t.is((await held()).transitions - begun, changes);
    },
    changes,
  );
});

test('a leader whose event loop is blocked for longer than its Lease writes nothing afterwards, and ends', async t => {
  const [leader, other] = await rolesOf(replicas);
  const release = await beginPlans(fleet, 'blocked', count);
  const before = await fleet.uids('blocked');
  await survives({ who: 'operator', fault: 'event loop blocked for longer than the Lease' }, async () => {
    const ended = leader.ended();
    await leader.befall({ block: 25_000 });
    // What comes then is from after the block.
    const { length } = await settled(leader);
    t.true(await until(() => leads(other)));
    release();
    t.true(await until(() => fleet.areAll('Running', 'blocked')));
    t.is(await ended, 'exit 1');
    t.deepEqual(leader.writes().slice(length), []);
    await isDoneOnce(t, fleet, { namespace: 'blocked', count }, before);
  });
  await leader.start();
});

test('a clock that is an hour off leaves one leader that works, and costs the lead where it is set ahead', async t => {
  const clockOf = (who: string, how: string) =>
    ({ who: 'operator', fault: `clock of ${who} set ${how} by an hour` }) as const;
  const [leader, other] = await rolesOf(replicas);
  await survives(clockOf('the leader', 'back'), async () => {
    const { transitions } = await held();
    const release = await beginPlans(fleet, 'back', count);
    await leader.befall({ shift: -hour });
    release();
    t.true(await until(() => fleet.areAll('Running', 'back')));
    t.true(await until(async () => Date.parse((await held()).renewTime) < Date.now() - hour / 2));
    t.true(await leads(leader));
    t.is((await held()).transitions, transitions);
  });
  for (const [shift, how] of [
    [hour, 'ahead'],
    [0, 'back'],
  ] as const) {
    await survives(clockOf('one who waits', how), async () => {
      const { renewTime } = await held();
      await other.befall({ shift });
      // It looks thrice at least, and takes nothing from who renews.
      t.true(await until(async () => Date.parse((await held()).renewTime) > Date.parse(renewTime) + 8_000));
      t.true(await leads(leader));
      t.false(await leads(other));
    });
  }
  await survives(clockOf('the leader', 'ahead'), async () => {
    const release = await beginPlans(fleet, 'ahead', count);
    const before = await fleet.uids('ahead');
    const ended = leader.ended();
    await leader.befall({ shift: 0 });
    // It may have slept for that hour: it ends, and is started again.
    t.is(await ended, 'exit 1');
    t.true(await until(() => leads(other)));
    await leader.start();
    release();
    t.true(await until(() => fleet.areAll('Running', 'ahead')));
    await isDoneOnce(t, fleet, { namespace: 'ahead', count }, before);
    t.false(await leads(leader));
  });
});

anyTest.after.always('they stop', async () => {
  await Promise.all(replicas.map(each => each.end()));
  await fleet?.stop();
});

async function held(): Promise<{ renewTime: string; transitions: number }> {
  const { body } = await controlPlane().call('GET', lease);
  const { spec } = body as { spec: { renewTime: string; leaseTransitions: number } };
  return { renewTime: spec.renewTime, transitions: spec.leaseTransitions };
}
