import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { Clock } from '../../operator/delays.ts';
import { Queue } from '../../operator/queue.ts';
import { work } from '../../operator/workers.ts';
import { VirtualClock } from '../virtual-clock.ts';

function made() {
  const clock = new VirtualClock();
  const measured: [string, number][] = [];
  const others = new Set<string>();
  const queue = new Queue({
    now: () => clock.now,
    after: clock.after,
    observe: (name, value) => void measured.push([name, value]),
    admits: key => !others.has(key),
  });
  const taken: string[] = [];
  /** Takes a key once there is one. */
  const take = () => void queue.take().then(key => taken.push(`${key} at ${clock.now}`));
  return { clock, measured, others, queue, taken, take, run: (to = clock.now) => clock.runUntil(to) };
}

test('keys are worked in the order they came, each once', async t => {
  const { queue, taken, take, run } = made();
  for (const key of ['a', 'b', 'a', 'c']) queue.add(key);
  for (let worker = 0; worker < 4; worker += 1) take();
  await run();
  t.deepEqual(taken, ['a at 0', 'b at 0', 'c at 0']);
});

test('keys that somebody waits for go ahead of others, in the order they came', async t => {
  const { queue, taken, take, run, measured } = made();
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
  await run(7);
  for (const key of ['e', 'c', 'e']) queue.add(key, true);
  queue.add('c');
  for (let worker = 0; worker < 6; worker += 1) take();
  await run();
  t.deepEqual(taken, ['e at 7', 'c at 7', 'a at 7', 'b at 7', 'd at 7']);
  const waited = measured.flatMap(([name, value]) => (name.includes('queue_duration') ? value : []));
  t.deepEqual(waited, [0, 0.007, 0.007, 0.007, 0.007]);
  t.is(measured.filter(([name]) => name === 'workqueue_adds_total').length, 5);
});

test('a key that is worked meanwhile goes ahead once it is done', async t => {
  const { queue, taken, take, run } = made();
  take();
  for (const key of ['a', 'b', 'a']) queue.add(key);
  queue.add('a', true);
  await run(1);
  t.is(queue.gauges().workqueue_depth, 2);
  queue.done('a');
  take();
  await run(2);
  t.deepEqual(taken, ['a at 0', 'a at 1']);
});

test('a key that is added while it is worked is worked once more, and not before it is done', async t => {
  const { queue, taken, take, run } = made();
  for (let worker = 0; worker < 3; worker += 1) take();
  queue.add('a');
  await run(1);
  queue.add('a');
  queue.add('a');
  await run(2);
  t.deepEqual(taken, ['a at 0']);
  queue.done('a');
  await run(3);
  t.deepEqual(taken, ['a at 0', 'a at 2']);
  queue.done('a');
  await run(4);
  t.is(taken.length, 2);
});

test('a key that fails waits 5 ms, twice that each time, 1000 s at most, and anew once it went well', async t => {
  const { queue, clock, take, run } = made();
  const waits: number[] = [];
  for (let failure = 0; failure < 20; failure += 1) {
    const since = clock.now;
    queue.addRateLimited('a');
    const due = queue.take().then(() => waits.push(clock.now - since));
    await run(since + 2_000_000);
    await due;
    queue.done('a');
  }
  t.deepEqual(
    waits,
    Array.from({ length: 20 }, (_, failures) => Math.min(5 * 2 ** failures, 1_000_000)),
  );
  queue.forget('a');
  queue.addRateLimited('a');
  take();
  await run(clock.now + 4);
  t.is(queue.gauges().workqueue_unfinished_work_seconds, 0);
  await run(clock.now + 2);
  t.is(queue.gauges().workqueue_unfinished_work_seconds, 0.001);
});

test('of two moments for a key the earlier counts, and it is due once', async t => {
  const { queue, taken, take, run } = made();
  for (const milliseconds of [900, 500, 700]) queue.addAfter('a', milliseconds);
  take();
  await run(499);
  t.deepEqual(taken, []);
  await run(600);
  queue.done('a');
  take();
  await run(10_000);
  t.deepEqual(taken, ['a at 500']);
});

test('a moment years away is kept, though no timer of Node is so long', async t => {
  const { clock, taken, run } = made();
  const year = 365 * 86_400_000;
  const asked: number[] = [];
  const after: Clock['after'] = (milliseconds, fire) => {
    asked.push(milliseconds);
    return clock.after(milliseconds, fire);
  };
  const queue = new Queue({ now: () => clock.now, after, observe: () => {} });
  queue.addAfter('a', year);
  void queue.take().then(key => taken.push(`${key} at ${clock.now}`));
  await run(2 * year);
  t.deepEqual(taken, [`a at ${year}`]);
  t.true(asked.every(milliseconds => milliseconds < 2 ** 31));
});

test('a queue that drains ends what is under way and begins nothing', async t => {
  const { queue, taken, take, run } = made();
  for (const key of ['a', 'b']) queue.add(key);
  take();
  await run(1);
  queue.add('a');
  queue.addAfter('c', 10);
  let drained = false;
  const waiting = queue.drain().then(() => {
    drained = true;
  });
  for (const key of ['a', 'd']) queue.add(key);
  queue.addAfter('e', 1);
  await run(1000);
  t.false(drained);
  t.is(await queue.take(), undefined);
  queue.done('a');
  await waiting;
  await run(2000);
  t.deepEqual(taken, ['a at 0']);
  t.is(queue.gauges().workqueue_depth, 0);
  await queue.drain();
});

test('a queue with nothing under way has drained at once, and its idle workers end', async t => {
  const { queue } = made();
  const working = work(queue, 3, async () => undefined, t.fail);
  await queue.drain();
  await working;
  t.pass();
});

test('between two keys of a worker others have their turn, were there thousands that wait for nobody', async t => {
  const { queue } = made();
  const worked: string[] = [];
  const working = work(
    queue,
    2,
    async key => void worked.push(key),
    t.fail,
    () => setImmediate(),
  );
  for (let key = 0; key < 3_000; key += 1) queue.add(`${key}`);
  // After all that is under way and waits for no event.
  await setImmediate();
  t.true(worked.length > 0 && worked.length <= 4, `${worked.length}`);
  await queue.drain();
  await working;
});

test('what controller-runtime measures is measured', async t => {
  const { queue, measured, take, run } = made();
  queue.add('a');
  queue.add('a');
  queue.add('b');
  t.is(queue.gauges().workqueue_depth, 2);
  await run(2000);
  take();
  await run(3000);
  take();
  queue.add('a');
  await run(5000);
  t.deepEqual(queue.gauges(), {
    workqueue_depth: 1,
    workqueue_unfinished_work_seconds: 5,
    workqueue_longest_running_processor_seconds: 3,
  });
  queue.done('a');
  queue.addRateLimited('a');
  t.deepEqual(measured, [
    ['workqueue_adds_total', 1],
    ['workqueue_adds_total', 1],
    ['workqueue_queue_duration_seconds', 2],
    ['workqueue_queue_duration_seconds', 3],
    ['workqueue_adds_total', 1],
    ['workqueue_work_duration_seconds', 3],
    ['workqueue_retries_total', 1],
  ]);
});

test('a worker looks again when it is told to, later and later where it throws', async t => {
  const { clock, queue, run } = made();
  const [seen, errors]: [string[], string[]] = [[], []];
  const outcomes: (number | undefined | Error)[] = [new Error('x'), new Error('y'), 100, new Error('z')];
  const reconcile = async (key: string) => {
    seen.push(`${key} at ${clock.now}`);
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const working = work(queue, 2, reconcile, (key, error) => void errors.push(`${key}: ${error}`));
  queue.add('a');
  await run(10_000);
  t.deepEqual(seen, ['a at 0', 'a at 5', 'a at 15', 'a at 115', 'a at 120']);
  t.deepEqual(errors, ['a: Error: x', 'a: Error: y', 'a: Error: z']);
  await queue.drain();
  await working;
});

test('of a key that is gone nothing stays due, whatever was wished while it was worked', async t => {
  const { queue, clock, run } = made();
  const seen: number[] = [];
  const outcomes = [1_000, 'gone'] as const;
  const reconcile = async () => {
    const outcome = outcomes[seen.push(clock.now) - 1];
    // It goes while it is worked.
    if (outcome !== 'gone') queue.add('a');
    return outcome;
  };
  const working = work(queue, 1, reconcile, t.fail);
  queue.add('a');
  await run(10_000);
  t.deepEqual(seen, [0, 0]);
  await queue.drain();
  await working;
});

test('a key that is to be requeued waits longer each time, and nobody is told', async t => {
  const { queue, clock, run } = made();
  const seen: number[] = [];
  const outcomes = ['requeue', 'requeue', 'requeue', undefined] as const;
  const reconcile = async () => outcomes[seen.push(clock.now) - 1];
  const working = work(queue, 1, reconcile, t.fail);
  queue.add('a');
  await run(10_000);
  t.deepEqual(seen, [0, 5, 15, 35]);
  await queue.drain();
  await working;
});

test('a key that another works is not taken in, nor is what was due later', async t => {
  const { queue, others, taken, take, run } = made();
  take();
  queue.addAfter('a', 10);
  others.add('a');
  for (const key of ['a', 'b']) queue.add(key);
  queue.addRateLimited('a');
  await run(1_000);
  t.deepEqual(taken, ['b at 0']);
});

test('what was due later is not due any more once a key was released, were it admitted again', async t => {
  const { queue, others, taken, take, run } = made();
  take();
  take();
  for (const key of ['a', 'b']) queue.addAfter(key, 10);
  others.add('a');
  await queue.release();
  others.delete('a');
  await run(1_000);
  t.is(taken.length, 1, 'a is added by who takes it over');
  t.true(taken[0]?.startsWith('b'));
  queue.add('a');
  await run(1_001);
  t.is(taken.length, 2);
});

test('keys that come while others are taken, and come again, keep their order', async t => {
  const { queue, taken, take, run } = made();
  for (const key of ['a', 'b']) queue.add(key);
  for (let taker = 0; taker < 2; taker += 1) take();
  await run(1);
  for (const key of ['c', 'a', 'd']) queue.add(key);
  queue.done('a');
  queue.done('b');
  for (let taker = 0; taker < 4; taker += 1) take();
  await run(2);
  queue.add('b');
  await run(3);
  t.deepEqual(
    taken.map(line => line.split(' ')[0]),
    ['a', 'b', 'c', 'd', 'a', 'b'],
  );
});

test('a release drops what waits, and is done once nothing of it is worked', async t => {
  const { queue, others, taken, take, run } = made();
  for (const key of ['a', 'b', 'c']) queue.add(key);
  take();
  take();
  await run(1);
  queue.add('a');
  for (const key of ['a', 'c']) others.add(key);
  let isReleased = false;
  void queue.release().then(() => {
    isReleased = true;
  });
  await run(2);
  t.false(isReleased, 'a is worked');
  queue.done('a');
  await run(3);
  t.true(isReleased);
  take();
  await run(4);
  t.deepEqual(taken, ['a at 0', 'b at 0'], 'neither a again nor c');
  await queue.release();
});
