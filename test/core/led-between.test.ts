import test, { type ExecutionContext } from 'ava';
import { nobodyLedBetween, type OperatorLease } from '../../core/led-between.ts';

const own = 'sei';

function lease(
  namespace: string,
  holderIdentity: string,
  leaseTransitions: number,
  uid = namespace,
): OperatorLease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace, name: 'lease', uid },
    spec: { holderIdentity, leaseTransitions },
  };
}

const free = lease(own, '', 3);
const ours = lease(own, 'us', 4);

const rows: [title: string, before: OperatorLease[], after: OperatorLease[], isSo: boolean][] = [
  ['a Lease that was free is ours', [free], [ours], true],
  [
    'beside one in another namespace that nobody took',
    [free, lease('b', '', 1)],
    [lease('b', '', 1), ours],
    true,
  ],
  ['another had it in between', [free], [lease(own, 'us', 5)], false],
  ['it was held', [lease(own, 'other', 3)], [ours], false],
  ['there was none', [], [lease(own, 'us', 0)], false],
  ['it was made anew', [free], [lease(own, 'us', 4, 'new')], false],
  ['it cannot be seen any more', [free], [], false],
  ['it is not ours yet', [free], [free], false],
  [
    'another namespace has one that was taken and let go',
    [free, lease('b', '', 1)],
    [ours, lease('b', '', 2)],
    false,
  ],
  ['one that is held', [free, lease('b', 'other', 1)], [ours, lease('b', 'other', 1)], false],
  [
    'one that was taken, though it does not count',
    [free, lease('b', '', 1)],
    [ours, lease('b', 'other', 1)],
    false,
  ],
  ['one that came', [free], [ours, lease('b', '', 0)], false],
];

function tells(t: ExecutionContext, before: OperatorLease[], after: OperatorLease[], isSo: boolean) {
  t.is(nobodyLedBetween(before, after, own), isSo);
}
for (const [title, ...given] of rows) test(`whether others led: ${title}`, tells, ...given);

test('a Lease without a spec is free and never changed hands', t => {
  const { spec: _, ...bare } = free;
  t.true(nobodyLedBetween([bare], [lease(own, 'us', 1)], own));
});
