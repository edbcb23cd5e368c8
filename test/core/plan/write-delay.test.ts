import test from 'ava';
import { writeAt } from '../../../core/plan/write-delay.ts';
import type { PlannedTask, SeiNodeStatus } from '../../../core/seinode.ts';
import { otherPlanID, planID } from './nodes.ts';

const task: PlannedTask = { id: 'a', type: 'config-apply', status: 'Pending' };
const condition = (type: string, status: 'True' | 'False', reason: string, message = 'm') => ({
  type,
  status,
  reason,
  message,
});
const progressing = condition('Progressing', 'True', 'PlanActive');
const stored: SeiNodeStatus = {
  phase: 'Initializing',
  plan: { id: planID, phase: 'Active', tasks: [task] },
  conditions: [condition('SidecarTLSSecretReady', 'True', 'Ready'), progressing],
};
const withTask = (more: Partial<PlannedTask>): SeiNodeStatus => ({
  ...stored,
  plan: { ...stored.plan!, tasks: [{ ...task, ...more }] },
});
const withProgressing = (...to: Parameters<typeof condition>): SeiNodeStatus => ({
  ...stored,
  conditions: [stored.conditions![0]!, condition(...to)],
});

function waits(t: import('ava').ExecutionContext, next: SeiNodeStatus, fault: boolean, delay: number) {
  const waiting = { since: 1_000, faultSince: fault ? 1_000 : undefined };
  t.is(writeAt(stored, next, waiting), 1_000 + delay);
  // The API server gives fields in an order of its own.
  t.is(writeAt(Object.fromEntries(Object.entries(stored).toReversed()), next, waiting), 1_000 + delay);
}

const minute = 60_000;
const cases: [title: string, next: SeiNodeStatus, fault: boolean, delay: number][] = [
  ['that a task is complete may wait', withTask({ status: 'Complete' }), false, minute],
  ['that a task was sent may wait', withTask({ submittedAt: '2026-05-01T12:00:00Z' }), false, minute],
  [
    'that a task waits may wait',
    withProgressing('Progressing', 'True', 'TaskWaiting', 'no pod'),
    false,
    minute,
  ],
  [
    'that a sidecar cannot be asked waits as long as a pod takes to start',
    withProgressing('Progressing', 'True', 'TaskWaiting', 'no answer'),
    true,
    3_000,
  ],
  ['that a task failed is written at once', withTask({ status: 'Failed', error: 'no' }), false, 0],
  ['that a task is tried again is written at once', withTask({ error: 'no', retryCount: 1 }), false, 0],
  ['another phase is written at once', { ...stored, phase: 'Running' }, false, 0],
  ['another plan is written at once', { ...stored, plan: { ...stored.plan!, id: otherPlanID } }, false, 0],
  [
    'the end of a plan is written at once',
    { ...stored, plan: { ...stored.plan!, phase: 'Complete' } },
    false,
    0,
  ],
  ['a gate that closes is written at once', withProgressing('Progressing', 'True', 'GateClosed'), true, 0],
  ['another image is written at once', { ...stored, currentImage: 'seid:v2' }, false, 0],
  [
    'another verdict is written at once',
    { ...stored, conditions: [condition('SidecarTLSSecretReady', 'False', 'NotFound'), progressing] },
    true,
    0,
  ],
];

for (const [title, ...given] of cases) test(title, waits, ...given);

test('what nobody has seen a status of is written at once', t => {
  t.is(writeAt(undefined, stored, { since: 5, faultSince: undefined }), 5);
});

test('a fault counts from when it began, and does not put off what waits already', t => {
  const next = withTask({ status: 'Complete' });
  t.is(writeAt(stored, next, { since: 0, faultSince: 20_000 }), 23_000);
  t.is(writeAt(stored, next, { since: 0, faultSince: 59_000 }), minute);
});

test('which peers there are is written at once, and where it was only just written, after ten seconds', t => {
  const changed = { ...stored, resolvedPeers: ['a'] };
  const conditions = [...stored.conditions!, condition('PeersCurrent', 'False', 'PeersChanged')];
  for (const next of [changed, { ...stored, conditions }]) {
    t.is(writeAt(stored, next, { since: 50_000, faultSince: undefined }), 50_000);
    t.is(writeAt(stored, next, { since: 50_000, faultSince: undefined, peersWritten: 20_000 }), 50_000);
    t.is(writeAt(stored, next, { since: 50_000, faultSince: undefined, peersWritten: 49_000 }), 59_000);
  }
});

test('a clock that was set back keeps peers from nobody for longer than progress', t => {
  const next = { ...stored, resolvedPeers: ['a'] };
  t.is(writeAt(stored, next, { since: 5, faultSince: undefined, peersWritten: 10 * minute }), 5 + minute);
});
