import test from 'ava';
import { advance } from '../../core/plan/advance.ts';
import type { TaskPlan } from '../../core/seinode.ts';
import { taskResult } from '../../core/sidecar/answer.ts';
import { pollOutcome, submitOutcome } from '../../core/sidecar/outcome.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateText, mutateValue } from './fuzz/mutate.ts';

const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const corpus = [
  { id },
  { id, type: 'config-apply', status: 'running' },
  { id, type: 'result-export', status: 'completed', params: { bucket: 'b', height: 5 } },
  { id, type: 'discover-peers', status: 'failed', error: 'no peer answers' },
  { error: 'task not found' },
];
const statuses = [200, 200, 200, 202, 204, 301, 400, 401, 403, 404, 422, 500, 502];
const asked = [true, false].map(tls => ({ verb: 'get', node: 'arctic/n0', tls }) as const);
const task = { id, type: 'config-apply', status: 'Pending', submittedAt: '2026-05-01T12:00:00Z' } as const;
const plan = { id: 'p', phase: 'Active', targetPhase: 'Running', tasks: [task] } as unknown as TaskPlan;
const now = new Date('2026-05-01T12:00:10Z');

test('an answer of a sidecar with anything done to it is an outcome of its task, small and in words', async t => {
  await fuzz(t, {
    who: 'operator',
    fault: 'an answer of a sidecar that was made to hurt',
    count: 3_000,
    whole: 20_000,
    holds: random => {
      const value = JSON.stringify(mutateValue(random, random.pick(corpus))) ?? '';
      const text = random.below(4) === 0 ? mutateText(random, value) : value;
      const answer = { status: random.pick(statuses), text };
      const request = random.pick(asked);
      taskResult(answer);
      for (const came of [submitOutcome(answer, id, request), pollOutcome(answer, id, request)]) {
        const after = advance(plan, { id, attempt: 0, ...came }, now);
        if (after.tasks.length !== 1 || after.tasks[0]?.id !== id) return 'makes another task';
        if (JSON.stringify(after).length > 400_000) return 'has no room in a status';
        if ('message' in came && came.kind === 'waiting' && noSentence(came.message, 1_000))
          return noSentence(came.message, 1_000);
      }
      return undefined;
    },
  });
});
