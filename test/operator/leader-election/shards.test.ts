import test from 'ava';
import fc from 'fast-check';
import { Fence } from '../../../operator/leader-election/fence.ts';
import { specOf } from '../../../operator/leader-election/leases.ts';
import { ShardFence } from '../../../operator/leader-election/shard-fence.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { type Fate, Replica } from './elections.ts';
import { ShardServer, Sharer } from './shard-elections.ts';

function group(count: number, replicas = 3) {
  const clock = new VirtualClock();
  const server = new ShardServer(clock);
  const all = Array.from(
    { length: replicas },
    (_, index) => new Sharer(clock, `r${index}`, server, count, { random: (index + 0.5) / replicas }),
  );
  return { clock, server, all };
}

const sizes = (all: readonly Sharer[]) => all.map(({ shards }) => shards.length);

test('three replicas share six shards, none twice, and then none moves any more', async t => {
  const { clock, server, all } = group(6);
  await clock.runUntil(60_000);
  t.deepEqual(sizes(all), [2, 2, 2]);
  t.deepEqual(all.flatMap(({ shards }) => shards).toSorted(), [0, 1, 2, 3, 4, 5]);
  t.is(specOf(server.lease).holderIdentity, 'shards-of-6');
  const told = all.map(each => each.told.length);
  await clock.runUntil(600_000);
  t.deepEqual(
    all.map(each => each.told.length),
    told,
  );
});

test('the shards of one that is cut off are taken within 20 s, and it has stopped before', async t => {
  const { clock, all } = group(6);
  await clock.runUntil(60_000);
  all[0]!.isCut = true;
  await clock.runUntil(80_000);
  t.deepEqual(sizes(all), [0, 3, 3]);
  t.is(all[0]!.outcome, 'lost');
});

test('those of one that ends in order at the next looks', async t => {
  const { clock, all } = group(6);
  await clock.runUntil(60_000);
  all[2]!.stop();
  await clock.runUntil(65_000);
  t.is(all[2]!.outcome, 'released');
  t.deepEqual(sizes(all), [3, 3, 0]);
});

test('one that comes later is given its share, by who has most', async t => {
  const { clock, server, all } = group(7, 2);
  await clock.runUntil(60_000);
  t.deepEqual(sizes(all).toSorted(), [3, 4]);
  for (const { told } of all) told.length = 0;
  all.push(new Sharer(clock, 'late', server, 7));
  await clock.runUntil(120_000);
  t.deepEqual(sizes(all).toSorted(), [2, 2, 3]);
  const given = all.flatMap(({ told }) => told.filter(line => line.startsWith('gave')));
  t.is(given.length, 2, given.join());
});

test('where replicas are more than shards, some have none and wait', async t => {
  const { clock, all } = group(2, 3);
  await clock.runUntil(60_000);
  t.deepEqual(sizes(all).toSorted(), [0, 1, 1]);
});

test('one that leads alone, and a group of other shards, wait until the group is gone', async t => {
  const { clock, server, all } = group(6, 2);
  await clock.runUntil(20_000);
  const alone = new Replica(clock, 'alone', server);
  await clock.runUntil(120_000);
  t.deepEqual([alone.fence.isHolding(), sizes(all)], [false, [3, 3]]);
  for (const each of all) each.stop();
  await clock.runUntil(121_000);
  t.false(alone.fence.isHolding(), 'nobody can tell that no other of the group is about to write');
  await clock.runUntil(140_000);
  t.true(alone.fence.isHolding());
  const other = new Sharer(clock, 'other', server, 3);
  await clock.runUntil(180_000);
  t.deepEqual([alone.fence.isHolding(), other.shards.length], [true, 0]);
  alone.over.abort();
  await clock.runUntil(190_000);
  t.is(other.shards.length, 3);
});

test('an API server that is away for longer than the deadline ends all, and for less is no matter', async t => {
  const { clock, server, all } = group(6);
  await clock.runUntil(60_000);
  server.isAway = true;
  await clock.runUntil(63_000);
  server.isAway = false;
  await clock.runUntil(90_000);
  t.deepEqual(sizes(all), [2, 2, 2]);
  server.isAway = true;
  await clock.runUntil(101_000);
  t.deepEqual(
    all.map(({ outcome }) => outcome),
    ['lost', 'lost', 'lost'],
  );
});

test('a Lease that names one again, as after a restore of etcd, is waited for as any other’s', async t => {
  const { clock, server, all } = group(2, 2);
  await clock.runUntil(60_000);
  const [shard = 0] = all[0]!.shards;
  const lease = server.of(shard, 2);
  const spec = { ...specOf(lease.lease), holderIdentity: 'r1' };
  lease.lease = { version: 'restored', spec };
  all[0]!.isCut = true;
  let seenAt = Number.NaN;
  for (let at = 60_000; at <= 90_000; at += 250) {
    await clock.runUntil(at);
    if (all[1]!.shards.includes(shard)) seenAt = Math.min(seenAt || at, at);
    t.false(all[0]!.shards.includes(shard) && all[1]!.shards.includes(shard), `${at}`);
  }
  t.true(seenAt >= 75_000, `${seenAt}`);
});

test('another holder in the Lease of a shard ends all at the next renewal', async t => {
  const { clock, server, all } = group(2, 1);
  await clock.runUntil(20_000);
  const lease = server.of(0, 2);
  lease.lease = { version: 'x', spec: { ...specOf(lease.lease), holderIdentity: 'somebody' } };
  await clock.runUntil(23_000);
  t.is(all[0]!.outcome, 'lost');
  t.throws(() => all[0]!.fence.assertHolding('arctic'), {
    message: /another replica holds the Lease of a shard/,
  });
});

test('a write in a namespace of another’s shard is refused in a sentence', async t => {
  const { clock, all } = group(2, 2);
  await clock.runUntil(60_000);
  t.deepEqual(sizes(all), [1, 1]);
  const namespaces = ['arctic', 'baltic', 'celtic', 'doric'];
  for (const namespace of namespaces) {
    const refusals = all.flatMap(({ fence }) => {
      try {
        fence.assertHolding(namespace);
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
    t.deepEqual(refusals, [`nothing is written in ${namespace}: its shard is another replica's`]);
  }
});

test('a shard that is held opens nothing once the group has lost the Lease of all, nor before it has it', t => {
  const clock = new VirtualClock();
  const own = { now: () => clock.now, after: clock.after, date: () => clock.now };
  const moment = { monotonic: 0, wall: 0 };
  const [group, shard] = [new Fence(own, 10_000), new Fence(own, 10_000)];
  const fence = new ShardFence(group, 1);
  shard.renewed(moment);
  fence.open(0, shard);
  t.false(fence.isHolding('arctic'));
  group.renewed(moment);
  t.true(fence.isHolding('arctic'));
  group.end('another operator holds the Lease');
  t.true(shard.isHolding());
  t.false(fence.isHolding('arctic'));
  t.throws(() => fence.assertHolding('arctic'), { message: 'another operator holds the Lease' });
});

test('a shard whose Lease was not renewed in time ends all', async t => {
  const clock = new VirtualClock();
  const own = { now: () => clock.now, after: clock.after, date: () => clock.now };
  const [group, shard] = [new Fence(own, 20_000), new Fence(own, 10_000)];
  const fence = new ShardFence(group, 1);
  for (const each of [group, shard]) each.renewed({ monotonic: 0, wall: 0 });
  fence.open(0, shard);
  await clock.runUntil(10_000);
  t.true(fence.signal.aborted);
  t.throws(() => fence.assertHolding('arctic'), { message: /not renewed within 10 s/ });
});

test('a shard that was taken by an answer that came too late ends all: its Lease would be held, and nobody work it', async t => {
  const clock = new VirtualClock();
  const own = { now: () => clock.now, after: clock.after, date: () => clock.now };
  const [group, shard] = [new Fence(own, 20_000), new Fence(own, 10_000)];
  await clock.runUntil(10_000);
  group.renewed({ monotonic: 10_000, wall: 10_000 });
  shard.renewed({ monotonic: 0, wall: 0 });
  const fence = new ShardFence(group, 1);
  fence.open(0, shard);
  t.true(fence.signal.aborted);
});

const fate: fc.Arbitrary<Fate> = fc.record({
  there: fc.nat(2000),
  back: fc.oneof(fc.nat(100), fc.nat(6000)),
  lost: fc.constantFrom('no', 'no', 'no', 'no', 'request', 'answer'),
});
const whats = ['away', 'back', 'cut', 'mend', 'stop', 'wall forward', 'wall back', 'nothing', 'new'] as const;
const event = fc.record({
  pause: fc.nat(12_000),
  what: fc.constantFrom(...whats),
  who: fc.nat(3),
  /** In how many shards a new one works; 1 where it leads alone. */
  count: fc.constantFrom(1, 3, 4, 4, 4),
});
const offset = fc.integer({ min: -1e9, max: 1e9 });
const offsets = fc.record({
  monotonicOffset: offset,
  wallOffset: offset,
  random: fc.double({ min: 0, max: 1, noNaN: true }),
});
const namespaces = Array.from({ length: 8 }, (_, index) => `chain-${index}`);

test('whatever happens, never may two write in a namespace; and in the end shares are fair', t =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 120, size: 'max' }),
      fc.array(event, { maxLength: 25, size: 'max' }),
      fc.array(offsets, { minLength: 4, maxLength: 4 }),
      async (fates, events, clocks) => {
        const clock = new VirtualClock();
        const server = new ShardServer(clock, fates);
        let made = 0;
        const sharer = (which: number, count: number) =>
          new Sharer(clock, `r${made++}`, server, count, clocks[which]);
        const sharers = clocks.map((_, which) => sharer(which, 4));
        const all = [...sharers];
        const alone: Replica[] = [];
        const step = async (until: number) => {
          while (clock.now < until) {
            await clock.runUntil(Math.min(until, clock.now + 250));
            for (const namespace of namespaces) {
              const writers = all.filter(({ fence }) => fence.isHolding(namespace)).length;
              const leaders = alone.filter(({ fence }) => fence.isHolding()).length;
              if (writers + leaders > 1) throw new Error(`two in ${namespace} at ${clock.now}`);
            }
          }
        };
        for (const { pause, what, who, count } of events) {
          await step(clock.now + pause);
          const one = sharers[who]!;
          if (what === 'away' || what === 'back') server.isAway = what === 'away';
          if (what === 'cut' || what === 'mend') one.isCut = what === 'cut';
          if (what === 'stop') one.stop();
          if (what === 'wall forward') one.wallOffset += 20_000;
          if (what === 'wall back') one.wallOffset -= 20_000;
          if (what === 'new' && count === 1) {
            alone.push(new Replica(clock, `r${made++}`, server, clocks[who]));
          } else if (what === 'new') {
            one.stop();
            sharers[who] = sharer(who, count);
            all.push(sharers[who]!);
          }
        }
        server.way.recover();
        for (const each of all) {
          each.isCut = false;
          each.stop();
        }
        for (const { over } of alone) over.abort();
        await step(clock.now + 40_000);
        t.true([...all, ...alone].every(({ outcome }) => outcome !== undefined));
        const last = clocks.map((_, which) => sharer(which, 4));
        all.push(...last);
        await step(clock.now + 90_000);
        t.deepEqual(sizes(last), [1, 1, 1, 1]);
        for (const each of last) each.stop();
        await step(clock.now + 20_000);
      },
    ),
    { seed: 20261122, numRuns: 25, endOnFailure: true },
  ));
