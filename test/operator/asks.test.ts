import test from 'ava';
import type { TaskOutcome } from '../../core/plan/advance.ts';
import type { PlannedTask } from '../../core/seinode.ts';
import { Asks, type Question } from '../../operator/asks.ts';
import { fullNode, node } from '../core/plan/nodes.ts';
import { VirtualClock } from '../virtual-clock.ts';

const task: PlannedTask = { id: 'a', type: 'config-apply', status: 'Pending' };
const outcome = (kind: 'complete' | 'submitted' | 'waiting') =>
  ({ id: 'a', attempt: 0, kind, ...(kind === 'waiting' && { message: 'nobody listens' }) }) as TaskOutcome;
const subject = node(fullNode);

/** A sidecar that answers when it is told to, and who asks it at each moment that something may be known. */
function made() {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const answered: string[] = [];
  const open: ((outcome: TaskOutcome) => void)[] = [];
  const ask =
    (kind: string) =>
    (_node: unknown, { id }: PlannedTask) => {
      asked.push(`${kind} ${id} at ${clock.now}`);
      return new Promise<TaskOutcome>(resolve => open.push(resolve));
    };
  const asks = new Asks({
    sidecars: { submit: ask('run'), poll: ask('poll') },
    now: () => new Date(clock.now),
    answered: key => void answered.push(key),
  });
  const next = (kind: Question['kind'], started = true, other = task) =>
    asks.next('arctic/n0', subject, { kind, task: other }, started);
  const answer = async (of: TaskOutcome) => {
    open.shift()?.(of);
    await clock.runUntil(clock.now);
  };
  return { clock, asks, asked, answered, next, answer };
}

test('a question is asked once, whoever looks while it is under way, and its outcome is told once', async t => {
  const { next, answer, asked, answered } = made();
  t.deepEqual([next('run'), next('run')], [{}, {}]);
  await answer(outcome('submitted'));
  t.deepEqual(answered, ['arctic/n0']);
  t.deepEqual(next('run'), { outcome: outcome('submitted') });
  t.deepEqual(asked, ['run a at 0']);
});

test('who cannot be asked is asked again after 100 ms, twice that each time, 5 s at most; meanwhile it is told why', async t => {
  const { clock, next, answer, asked } = made();
  for (let time = 0; time < 8; time += 1) {
    next('run');
    await answer(outcome('waiting'));
    const { message, until } = next('run') as { message: string; until: Date };
    t.is(message, 'nobody listens');
    await clock.runUntil(until.getTime());
  }
  const moments = asked.map(text => Number(text.split(' ').at(-1)));
  t.deepEqual(
    moments.slice(1).map((moment, index) => moment - moments[index]!),
    [100, 200, 400, 800, 1600, 3200, 5000],
  );
});

test('a task under way is asked for from 10 ms on, and its answers are no outcome', async t => {
  const { clock, next, answer, asked } = made();
  t.deepEqual(next('poll'), { until: new Date(10) });
  await clock.runUntil(10);
  next('poll');
  await answer(outcome('submitted'));
  t.deepEqual(next('poll'), { until: new Date(20) });
  await clock.runUntil(20);
  next('poll');
  await answer(outcome('complete'));
  t.deepEqual(next('poll'), { outcome: outcome('complete') });
  t.deepEqual(asked, ['poll a at 10', 'poll a at 20']);
});

test('a pod that has not started is asked after 30 s, ever later up to two minutes, and at once when it has', async t => {
  const { clock, asks, next, answer, asked } = made();
  for (const moment of [0, 29_999, 30_000, 89_999, 90_000, 210_000, 330_000]) {
    await clock.runUntil(moment);
    asks.hasten('arctic/n0');
    next('run', false);
    await answer(outcome('waiting'));
  }
  t.deepEqual(next('run', false), { message: 'nobody listens', until: new Date(450_000) });
  await clock.runUntil(330_700);
  next('run');
  t.deepEqual(
    asked,
    [30_000, 90_000, 210_000, 330_000, 330_700].map(moment => `run a at ${moment}`),
  );
});

test('who runs is asked at once when something changed', async t => {
  const { asks, next, answer, asked } = made();
  next('run');
  await answer(outcome('waiting'));
  asks.hasten('arctic/n0');
  next('run');
  t.is(asked.length, 2);
});

test('an answer to a former question is the answer to no other', async t => {
  const { next, answer, asked, answered } = made();
  const retried = { ...task, retryCount: 1 };
  next('run');
  next('run', true, retried);
  await answer(outcome('complete'));
  t.deepEqual(answered, []);
  t.deepEqual(next('run', true, retried), {});
  t.deepEqual(asked, ['run a at 0', 'run a at 0']);
});

test('of a node that is forgotten no answer is heard', async t => {
  const { asks, next, answer, answered } = made();
  next('run');
  asks.forget('arctic/n0');
  await answer(outcome('complete'));
  t.deepEqual(answered, []);
});
