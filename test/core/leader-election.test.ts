import test from 'ava';
import fc from 'fast-check';
import {
  durations,
  held,
  type LeaseSpec,
  nextStep,
  pauseAfter,
  released,
  type Step,
  sight,
  timeLeft,
} from '../../core/leader-election.ts';

const parameters = { seed: 20261121, numRuns: 2000 };
const at = (monotonic: number, wall = monotonic) => ({ monotonic, wall });
const spec = (holderIdentity: string, leaseDurationSeconds = 15): LeaseSpec => ({
  holderIdentity,
  leaseDurationSeconds,
});

const steps: readonly [title: string, seen: LeaseSpec | undefined, renewedAt: number | undefined, Step][] = [
  ['no Lease', undefined, undefined, 'acquire'],
  ['a Lease that nobody holds', spec('', 1), undefined, 'acquire'],
  ['a Lease that says nothing', {}, undefined, 'acquire'],
  ['its own Lease, whose answer was lost', spec('me'), undefined, 'acquire'],
  ['one that another holds', spec('other'), undefined, 'wait'],
  ['one that another holds for a time without sense', spec('other', -1), undefined, 'wait'],
  ['its own Lease, as leader', spec('me'), 1, 'renew'],
  ['no Lease, as leader', undefined, 1, 'renew'],
  ['a Lease that nobody holds, as leader', spec(''), 1, 'renew'],
  ['one that another holds, as leader', spec('other'), 1, 'lost'],
  ['its own Lease, as leader of ten seconds ago', spec('me'), -6000, 'lost'],
];
for (const [title, seen, renewed, expected] of steps) {
  test(`who sees ${title}: ${expected}`, t => {
    const standing = {
      identity: 'me',
      seen: seen && { spec: seen, since: 0 },
      renewedAt: renewed === undefined ? undefined : at(renewed),
    };
    t.is(nextStep(standing, at(4000), durations), expected);
  });
}

test('another is left as long as it promised, since it was last seen to change', t => {
  for (const [seconds, patience] of [
    [15, 15_000],
    [3, 3000],
    [0, 15_000],
  ] as const) {
    const seen = { spec: spec('other', seconds), since: 7 };
    const standing = { identity: 'me', seen, renewedAt: undefined };
    t.is(nextStep(standing, at(7 + patience - 1), durations), 'wait');
    t.is(nextStep(standing, at(7 + patience), durations), 'acquire');
  }
});

test('what is seen again is seen since the first time, what changed since now', t => {
  const first = sight(undefined, spec('other'), at(1));
  t.is(sight(first, spec('other'), at(2)).since, 1);
  for (const change of [
    { holderIdentity: 'x' },
    { renewTime: 'x' },
    { acquireTime: 'x' },
    { leaseTransitions: 9 },
    { leaseDurationSeconds: 9 },
  ]) {
    t.is(sight(first, { ...spec('other'), ...change }, at(2)).since, 2);
  }
});

test('a term of office goes through the Lease', t => {
  const made = held(undefined, 'a', at(0, 0), durations);
  t.deepEqual(made, {
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    acquireTime: '1970-01-01T00:00:00.000000Z',
    renewTime: '1970-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  });
  const renewed = held(made, 'a', at(0, 2001), durations);
  t.deepEqual(renewed, { ...made, renewTime: '1970-01-01T00:00:02.001000Z' });
  const free = released(renewed, at(0, 3000));
  t.like(free, { holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
  t.like(held(free, 'b', at(0, 4000), durations), {
    holderIdentity: 'b',
    leaseDurationSeconds: 15,
    acquireTime: '1970-01-01T00:00:04.000000Z',
    leaseTransitions: 1,
  });
});

test('of two clocks the one counts by which more time has passed', t => {
  const clock = fc.integer({ min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(clock, clock, clock, clock, (monotonic, wall, passed, jumped) => {
      const now = at(monotonic + passed, wall + jumped);
      t.is(timeLeft(at(monotonic, wall), now, 10_000), 10_000 - Math.max(passed, jumped));
    }),
    parameters,
  );
});

test('nobody acquires what another holds before its time, nor writes after its own', t => {
  const moment = fc.nat(40_000);
  const holder = fc.constantFrom('me', 'other', '');
  fc.assert(
    fc.property(moment, moment, moment, holder, fc.boolean(), (now, since, renewed, holder, leads) => {
      const standing = {
        identity: 'me',
        seen: { spec: spec(holder), since },
        renewedAt: leads ? at(renewed) : undefined,
      };
      const step = nextStep(standing, at(now), durations);
      if (step === 'acquire') t.true(!leads && (holder !== 'other' || now - since >= 15_000));
      if (step === 'renew') t.true(leads && holder !== 'other' && now - renewed < 10_000);
      if (step === 'wait') t.true(!leads && holder === 'other' && now - since < 15_000);
    }),
    parameters,
  );
});

test('who waits comes again after 2 to 4.4 seconds, who leads after 2', t => {
  t.deepEqual(
    [pauseAfter('wait', durations, 0), pauseAfter('wait', durations, 1), pauseAfter('renew', durations, 1)],
    [2000, 4400, 2000],
  );
});
