import test from 'ava';
import { standings } from '../../../core/plan/standing.ts';
import type { PlannedTask, SeiNodeStatus, TaskPlan } from '../../../core/seinode.ts';
import { after, now } from './nodes.ts';

const sent = { submittedAt: now.toISOString() };
const waiting = (message: string): SeiNodeStatus['conditions'] => [
  { type: 'Progressing', status: 'True', reason: 'TaskWaiting', message },
];
const standing = (
  task: Partial<PlannedTask>,
  conditions: SeiNodeStatus['conditions'] = [],
  phase: TaskPlan['phase'] = 'Active',
) => {
  const done = { id: 'a', type: 'apply-service', status: 'Complete' } as const;
  const it: PlannedTask = { id: 'b', type: 'discover-peers', status: 'Pending', maxRetries: 20, ...task };
  const later = { id: 'c', type: 'mark-ready', status: 'Pending' } as const;
  const found = standings(
    { conditions: conditions!, plan: { phase, tasks: [done, it, later] } },
    after(42).getTime(),
  );
  return found.map(({ state, message }) => (message === '' ? state : `${state}: ${message}`));
};

for (const [what, expected, ...given] of [
  ['is next', 'Next', {}],
  ['was sent', 'Running: the sidecar has it for 42s', sent],
  [
    'failed and is tried again',
    'Retrying: attempt 3 of 21 failed: no peers; again now',
    { ...sent, error: 'no peers', retryCount: 3 },
  ],
  [
    'failed just now',
    'Retrying: attempt 1 of 21 failed: no peers; again in 10s',
    { submittedAt: after(42).toISOString(), error: 'no peers', retryCount: 1 },
  ],
  ['waits', 'Waiting: no pod', {}, waiting('task discover-peers waits: no pod')],
  ['waits while another is said to', 'Next', {}, waiting('task mark-ready waits: no pod')],
] as const) {
  test(`a task that ${what}`, t => {
    t.deepEqual(standing(...(given as unknown as Parameters<typeof standing>)), [
      'Complete',
      expected,
      'Pending',
    ]);
  });
}

test('of a plan that failed the rest stays where it is', t => {
  const failed = { status: 'Failed', error: 'no peers' } as const;
  t.deepEqual(standing(failed, [], 'Failed'), ['Complete', 'Failed: no peers', 'Pending']);
  t.deepEqual(standing({ status: 'Failed' }, [], 'Failed')[1], 'Failed: no error given');
});

test('where there is no plan nothing stands anywhere', t => {
  t.deepEqual(standings(undefined, 0), []);
  t.deepEqual(standings({ phase: 'Pending' }, 0), []);
});
