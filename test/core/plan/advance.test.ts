import test from 'ava';
import { advance, currentTask, inFlight, retryAt, type TaskOutcome } from '../../../core/plan/advance.ts';
import { initPlan, markReadyPlan } from '../../../core/plan/build.ts';
import type { PlannedTask, TaskPlan } from '../../../core/seinode.ts';
import { after, node, now, planID, refusals } from './nodes.ts';

type Kind = 'complete' | 'submitted' | 'lost' | 'waiting' | 'failed' | 'terminal';

const subject = node({ fullNode: {} });
const fresh = initPlan(subject, planID);

/** The outcome of the current attempt at the current task. */
function outcome(plan: TaskPlan, kind: Kind, message = 'why'): TaskOutcome {
  const task = currentTask(plan)!;
  return { id: task.id, attempt: task.retryCount ?? 0, kind, message };
}

/** The plan at the task of a type, with every task before it complete. */
function at(type: string): TaskPlan {
  const index = fresh.tasks.findIndex(task => task.type === type);
  const tasks = fresh.tasks.map(
    (task, place): PlannedTask => (place < index ? { ...task, status: 'Complete' } : task),
  );
  return { ...fresh, tasks };
}

function shown(plan: TaskPlan): string {
  const { status, retryCount = 0, error = '-', submittedAt = '-' } = currentTask(plan) ?? plan.tasks.at(-1)!;
  return `${plan.phase}: ${currentTask(plan)?.type ?? 'no task'} ${status} ${retryCount} ${error} ${submittedAt}`;
}

const becomes = test.macro((t, plan: TaskPlan, kind: Kind, result: string) => {
  const next = advance(plan, outcome(plan, kind), now);
  t.is(shown(next), result);
  t.deepEqual(refusals(node(subject.spec, { plan: next })), []);
});

const time = '2026-05-01T12:00:00Z';
test(
  'complete: the next task is the current one',
  becomes,
  fresh,
  'complete',
  'Active: apply-statefulset Pending 0 - -',
);
test(
  'submitted: the sidecar has it',
  becomes,
  at('config-apply'),
  'submitted',
  `Active: config-apply Pending 0 - ${time}`,
);
test(
  'submitted ends a task that is done by that',
  becomes,
  at('config-validate'),
  'submitted',
  'Active: mark-ready Pending 0 - -',
);
test(
  'the last task ends the plan',
  becomes,
  at('mark-ready'),
  'submitted',
  `Complete: no task Complete 0 - ${time}`,
);
test('waiting changes nothing', becomes, fresh, 'waiting', 'Active: ensure-data-pvc Pending 0 - -');
test(
  'lost changes nothing of a task that was not sent',
  becomes,
  at('config-apply'),
  'lost',
  'Active: config-apply Pending 0 - -',
);
test(
  'failed without retries fails the plan',
  becomes,
  at('config-apply'),
  'failed',
  `Failed: config-apply Failed 0 why ${time}`,
);
test(
  'failed with retries is tried again',
  becomes,
  at('configure-genesis'),
  'failed',
  `Active: configure-genesis Pending 1 why ${time}`,
);
test(
  'terminal fails the plan whatever the retries',
  becomes,
  at('configure-genesis'),
  'terminal',
  `Failed: configure-genesis Failed 0 why ${time}`,
);

test('a task that the sidecar lost is sent again', t => {
  const sent = advance(at('config-apply'), outcome(at('config-apply'), 'submitted'), now);
  t.true(inFlight(currentTask(sent)!));
  const again = advance(sent, outcome(sent, 'lost'), now);
  t.false(inFlight(currentTask(again)!));
  t.is(shown(again), 'Active: config-apply Pending 0 - -');
});

test('a task told twice to be submitted keeps the first time', t => {
  const sent = advance(at('config-apply'), outcome(at('config-apply'), 'submitted'), now);
  t.is(advance(sent, outcome(sent, 'submitted'), after(60)), sent);
});

test('a failed plan says which task failed, with what, after how many tries', t => {
  const plan = at('config-apply');
  const failed = advance(plan, outcome(plan, 'failed', 'bad key'), now);
  t.is(failed.failedTaskIndex, 4);
  t.deepEqual(failed.failedTaskDetail, {
    type: 'config-apply',
    id: plan.tasks[4]!.id,
    error: 'bad key',
    retryCount: 0,
    maxRetries: 0,
  });
});

test('the last retry is the last: configure-genesis fails 181 times, 10 s, 20 s, then 30 s apart', t => {
  let plan = at('configure-genesis');
  let moment = now;
  const waits: number[] = [];
  while (plan.phase === 'Active') {
    plan = advance(plan, outcome(plan, 'failed'), moment);
    const next = retryAt(currentTask(plan)!);
    if (next) waits.push(next.getTime() - Math.floor(moment.getTime() / 1000) * 1000);
    moment = next ?? moment;
  }
  t.is(waits.length, 180);
  t.deepEqual(waits.slice(0, 4), [10_000, 20_000, 30_000, 30_000]);
  t.is(plan.failedTaskDetail?.retryCount, 180);
});

test('a retry is in flight once it is sent, and its error is gone', t => {
  const plan = at('configure-genesis');
  const retried = advance(plan, outcome(plan, 'failed'), now);
  t.false(inFlight(currentTask(retried)!));
  const sent = advance(retried, outcome(retried, 'submitted'), after(10));
  t.is(shown(sent), 'Active: configure-genesis Pending 1 - 2026-05-01T12:00:10Z');
  t.true(inFlight(currentTask(sent)!));
  t.is(retryAt(currentTask(sent)!), undefined);
});

test('an outcome told twice counts once', t => {
  const plan = at('configure-genesis');
  const failure = outcome(plan, 'failed');
  const retried = advance(plan, failure, now);
  t.is(advance(retried, failure, now), retried);
  const done = outcome(retried, 'complete');
  const next = advance(retried, done, now);
  t.is(advance(next, done, now), next);
});

for (const kind of ['complete', 'failed', 'terminal', 'submitted', 'lost'] as const) {
  test(`${kind} changes nothing of a plan that has ended, nor told of another task`, t => {
    const ended = advance(at('mark-ready'), outcome(at('mark-ready'), 'complete'), now);
    const last = ended.tasks.at(-1)!;
    t.is(advance(ended, { id: last.id, attempt: 0, kind, message: '' }, now), ended);
    const failed = advance(fresh, outcome(fresh, 'terminal'), now);
    t.is(advance(failed, outcome(failed, kind), now), failed);
    t.is(advance(fresh, { id: last.id, attempt: 0, kind, message: '' }, now), fresh);
  });
}

test('an error of a megabyte is kept to its beginning', t => {
  const plan = markReadyPlan(subject, planID);
  const failed = advance(plan, outcome(plan, 'failed', 'x'.repeat(2 ** 20)), now);
  t.is(failed.tasks[0]?.error?.length, 1024);
});
