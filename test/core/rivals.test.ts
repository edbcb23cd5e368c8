import test from 'ava';
import { durations, type LeaseSpec } from '../../core/leader-election.ts';
import { rivalOf, type SeenLease } from '../../core/rivals.ts';

const fieldManager = 'seinode-controller';
const now = { monotonic: 100_000, wall: 0 };

/** @param since milliseconds for which it says the same. */
function lease(namespace: string, manager: string, spec: LeaseSpec, since = 0): SeenLease {
  const whole = { holderIdentity: `pod-in-${namespace}`, leaseDurationSeconds: 15, ...spec };
  const managedFields = [{ manager, fieldsV1: { 'f:spec': { 'f:renewTime': {} } } }];
  const metadata = { name: 'bc1f5b0a.sei.io', namespace, managedFields } as SeenLease['metadata'];
  const seen = { spec: whole, since: now.monotonic - since };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: whole, seen };
}

const own = lease('ours', fieldManager, { acquireTime: '2026-01-02T03:04:05.000000Z' });
const earlier = '2026-01-01T00:00:00.000000Z';
const later = '2026-01-03T00:00:00.000000Z';

/** The controller before has made it, and still owns what never changes. */
function taken(): SeenLease {
  const made = lease('a', fieldManager, { acquireTime: later });
  const before = { manager: 'manager', fieldsV1: { 'f:spec': { 'f:leaseDurationSeconds': {} } } };
  const managedFields = [before, ...(made.metadata as { managedFields?: object[] }).managedFields!];
  return { ...made, metadata: { ...made.metadata, managedFields } as SeenLease['metadata'] };
}

const rows: readonly (readonly [string, readonly SeenLease[], string | undefined])[] = [
  ['nobody but itself', [own], undefined],
  ['the controller before, whenever it came', [own, lease('old', 'manager', { acquireTime: later })], 'old'],
  ['the controller before without a Lease of our own', [lease('old', 'manager', {})], 'old'],
  ['one that let go of it', [own, lease('old', 'manager', { holderIdentity: '' })], undefined],
  [
    'one that was not heard of for as long as it promised',
    [own, lease('old', 'manager', {}, 15_000)],
    undefined,
  ],
  [
    'one that promised a year and was not heard of for a minute',
    [own, lease('old', 'manager', { leaseDurationSeconds: 31_536_000 }, 60_000)],
    undefined,
  ],
  ['one of ours that came first', [own, lease('a', fieldManager, { acquireTime: earlier })], 'a'],
  ['one of ours that came later', [own, lease('a', fieldManager, { acquireTime: later })], undefined],
  ['one of ours that came later and took the Lease of another', [own, taken()], undefined],
];

for (const [what, leases, rival] of rows) {
  test(`${what}: ${rival === undefined ? 'it leads' : 'it waits'}`, t => {
    t.is(rivalOf(leases, 'ours', fieldManager, now, durations)?.metadata.namespace, rival);
  });
}
