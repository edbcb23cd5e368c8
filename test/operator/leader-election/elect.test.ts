import test from 'ava';
import fc from 'fast-check';
import { specOf } from '../../../operator/leader-election/leases.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { type Fate, LeaseServer, Replica } from './elections.ts';

function two() {
  const clock = new VirtualClock();
  const server = new LeaseServer(clock);
  return {
    clock,
    server,
    a: new Replica(clock, 'a', server),
    b: new Replica(clock, 'b', server),
  };
}

test('one of two leads, and renews every 2 s for as long as it lives', async t => {
  const { clock, server, a, b } = two();
  await clock.runUntil(60_000);
  t.deepEqual([a.fence.isHolding(), b.fence.isHolding()], [true, false]);
  t.deepEqual([a.told, b.told.at(-1)], [['follows ', 'started', 'follows a'].toSorted(order), 'follows a']);
  t.like(specOf(server.lease), { holderIdentity: 'a', leaseTransitions: 0 });
  t.true(Date.parse(specOf(server.lease).renewTime ?? '') >= 57_000);

  function order(one: string, other: string): number {
    const expected = ['follows ', 'follows a', 'started'];
    return expected.indexOf(one) - expected.indexOf(other);
  }
});

test('a release hands over at the next look, and is counted', async t => {
  const { clock, server, a, b } = two();
  await clock.runUntil(10_000);
  a.over.abort();
  await clock.runUntil(10_010);
  t.is(a.outcome, 'released');
  t.false(a.fence.isHolding());
  t.like(specOf(server.lease), { holderIdentity: '', leaseDurationSeconds: 1 });
  await clock.runUntil(10_000 + 3300);
  t.true(b.fence.isHolding());
  t.like(specOf(server.lease), { holderIdentity: 'b', leaseTransitions: 1 });
});

test('who never led releases nothing', async t => {
  const { clock, server, b } = two();
  await clock.runUntil(10_000);
  b.over.abort();
  await clock.runUntil(10_010);
  t.is(b.outcome, 'released');
  t.like(specOf(server.lease), { holderIdentity: 'a' });
});

test('who is told to end as it acquires does not start, and releases', async t => {
  const clock = new VirtualClock();
  const server = new LeaseServer(clock);
  const a = new Replica(clock, 'a', server);
  // The read takes 2 ms, the write begins.
  await clock.runUntil(3);
  a.over.abort();
  await clock.runUntil(20);
  t.is(a.outcome, 'released');
  t.false(a.told.includes('started'));
  t.like(specOf(server.lease), { holderIdentity: '' });
});

test('a server that is away for longer than the deadline: lost after 10 s, though a request hangs', async t => {
  const { clock, server, a } = two();
  await clock.runUntil(10_000);
  const { monotonic = 0 } = a.fence.renewedAt ?? {};
  server.isAway = true;
  await clock.runUntil(monotonic + 9999);
  t.is(a.outcome, undefined);
  t.true(a.fence.isHolding());
  await clock.runUntil(monotonic + 10_000);
  t.is(a.outcome, 'lost');
  t.throws(a.fence.assertHolding, { message: /not renewed within 10 s/ });
  server.isAway = false;
  await clock.runUntil(monotonic + 60_000);
  t.false(a.fence.isHolding(), 'it is over for good');
});

test('a server that is away for less is no matter', async t => {
  const { clock, server, a } = two();
  await clock.runUntil(10_000);
  server.isAway = true;
  await clock.runUntil(12_000);
  server.isAway = false;
  await clock.runUntil(60_000);
  t.true(a.fence.isHolding());
  t.deepEqual(a.told.filter(told => told === 'no answer').length > 0, true);
  t.is(a.told.filter(told => told === 'started').length, 1);
});

test('who stood still while the clock of the day went on writes nothing more', async t => {
  const { clock, a } = two();
  await clock.runUntil(10_000);
  a.fence.assertHolding();
  // A machine that sleeps: its monotonic clock and its timers rest.
  a.wallOffset += 10_000;
  t.throws(a.fence.assertHolding, { message: /not renewed within 10 s/ });
  t.true(a.fence.signal.aborted);
});

test('who stood still is told so by the next look, and of no other holder that there is not', async t => {
  const { clock, a } = two();
  await clock.runUntil(10_000);
  a.wallOffset += 10_000;
  await clock.runUntil(12_500);
  t.is(a.outcome, 'lost');
  t.throws(a.fence.assertHolding, { message: /not renewed within 10 s/ });
});

test('a clock of the day that is set back lengthens nothing', async t => {
  const { clock, server, a } = two();
  await clock.runUntil(10_000);
  server.isAway = true;
  a.wallOffset -= 1e9;
  await clock.runUntil(20_000);
  t.is(a.outcome, 'lost');
});

test('another holder in the Lease ends the lead at the next look', async t => {
  const { clock, server, a } = two();
  await clock.runUntil(10_000);
  server.lease = { version: 'x', spec: { ...specOf(server.lease), holderIdentity: 'somebody' } };
  await clock.runUntil(15_000);
  t.is(a.outcome, 'lost');
  t.throws(a.fence.assertHolding, { message: /another replica holds the Lease/ });
});

test('before it leads nothing may be written', t => {
  const { b } = two();
  t.throws(b.fence.assertHolding, { message: /another replica may lead, this one waits/ });
  t.false(b.fence.signal.aborted);
});

const fate: fc.Arbitrary<Fate> = fc.record({
  there: fc.nat(3000),
  back: fc.oneof(fc.nat(100), fc.nat(9000)),
  lost: fc.constantFrom('no', 'no', 'no', 'request', 'answer'),
});
const event = fc.record({
  pause: fc.nat(8000),
  what: fc.constantFrom(
    'away',
    'back',
    'cut',
    'cut',
    'mend',
    'release',
    'wall forward',
    'wall back',
    'nothing',
    'new replica',
  ),
  who: fc.nat(2),
});
const offset = fc.integer({ min: -1e9, max: 1e9 });
const offsets = fc.record({
  monotonicOffset: offset,
  wallOffset: offset,
  random: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('whatever happens to requests, clocks and replicas, never may two write; and in the end one may', t =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 60, size: 'max' }),
      fc.array(event, { maxLength: 25, size: 'max' }),
      fc.array(offsets, { minLength: 3, maxLength: 3 }),
      async (fates, events, clocks) => {
        const clock = new VirtualClock();
        const server = new LeaseServer(clock, fates);
        let count = 0;
        const replica = (which: number) => new Replica(clock, `r${count++}`, server, clocks[which]);
        const places = clocks.map((_, which) => replica(which));
        const all = [...places];
        const step = async (until: number) => {
          while (clock.now < until) {
            await clock.runUntil(Math.min(until, clock.now + 250));
            const writers = all.filter(({ fence }) => fence.isHolding());
            if (writers.length > 1) throw new Error(`two at ${clock.now}`);
          }
        };
        for (const { pause, what, who } of events) {
          await step(clock.now + pause);
          if (what === 'away' || what === 'back') server.isAway = what === 'away';
          if (what === 'cut' || what === 'mend') places[who]!.isCut = what === 'cut';
          if (what === 'release') places[who]!.over.abort();
          if (what === 'wall forward') places[who]!.wallOffset += 20_000;
          if (what === 'wall back') places[who]!.wallOffset -= 20_000;
          if (what === 'new replica') {
            places[who]!.over.abort();
            places[who] = replica(who);
            all.push(places[who]!);
          }
        }
        server.way.recover();
        for (const each of all) each.isCut = false;
        all.push(replica(0));
        await step(clock.now + 60_000);
        t.is(all.filter(({ fence }) => fence.isHolding()).length, 1);
        for (const { over } of all) over.abort();
        await step(clock.now + 20_000);
        t.true(all.every(({ outcome }) => outcome !== undefined));
      },
    ),
    { seed: 20261121, numRuns: 300, endOnFailure: true },
  ));
