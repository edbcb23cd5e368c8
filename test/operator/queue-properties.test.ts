import test from 'ava';
import fc from 'fast-check';
import { Queue } from '../../operator/queue.ts';
import { work } from '../../operator/workers.ts';
import { VirtualClock } from '../virtual-clock.ts';

const parameters = { seed: 20260501, numRuns: 500 };

const key = fc.constantFrom('a', 'b', 'c', 'd');
const wish = fc.record({
  pause: fc.nat(30),
  key,
  delay: fc.oneof(fc.constant(0), fc.nat(80)),
  isAhead: fc.boolean(),
});
const wishes = fc.array(wish, { maxLength: 60, size: 'max' });
/** How long a work takes, and how it ends: well, by a throw, or by a wish to look again. */
const works = fc.array(
  fc.record({ takes: fc.nat(60), ends: fc.oneof(fc.constantFrom('well', 'badly'), fc.nat(50)) }),
  { maxLength: 60, size: 'max' },
);

/** That a key was asked for or its work begun, in the order of it all; wishes are not due before their moment. */
type Happened = {
  readonly what: 'wish' | 'start';
  readonly key: string;
  readonly at: number;
  /** Its timer may come just after what happens in the same millisecond. */
  readonly delayed?: boolean;
};

/** Works by plan what is wished for, and watches over it. */
class Shop {
  readonly clock = new VirtualClock();
  readonly queue = new Queue({ now: () => this.clock.now, after: this.clock.after, observe: () => {} });
  readonly log: Happened[] = [];
  readonly running = new Set<string>();
  readonly faults: unknown[] = [];
  readonly #plan: { takes: number; ends: number | string }[];
  readonly #failures = new Map<string, number>();

  constructor(plan: { takes: number; ends: number | string }[]) {
    this.#plan = [...plan];
  }

  wish(key: string, delay: number): void {
    this.log.push({ what: 'wish', key, at: this.clock.now + delay, delayed: delay > 0 });
  }

  reconcile = async (key: string): Promise<number | undefined> => {
    if (this.running.has(key)) this.faults.push(`${key} has two workers`);
    this.log.push({ what: 'start', key, at: this.clock.now });
    this.running.add(key);
    const { takes, ends } = this.#plan.shift() ?? { takes: 1, ends: 'well' };
    await this.clock.sleep(takes);
    this.running.delete(key);
    const failures = ends === 'badly' ? (this.#failures.get(key) ?? 0) : -1;
    this.#failures.set(key, failures + 1);
    if (typeof ends === 'number') this.wish(key, ends);
    if (ends !== 'badly') return typeof ends === 'number' ? ends : undefined;
    this.wish(key, 5 * 2 ** failures);
    throw ends;
  };
}

/** Wishes that nothing was begun for after them, within the time that all works together take. */
function unmet(log: readonly Happened[]): Happened[] {
  const patience = 60 * log.length;
  return log.filter(
    ({ what, key, at }, index) =>
      what === 'wish' &&
      !log
        .slice(index)
        .some(later => later.what === 'start' && later.key === key && later.at <= at + patience),
  );
}

/** Works that were begun though no wish was due that was not met by one before. */
function unasked(log: readonly Happened[]): Happened[] {
  return log.filter(({ what, key, at }, index) => {
    if (what !== 'start') return false;
    const before = log.slice(0, index);
    const last = before.findLastIndex(each => each.what === 'start' && each.key === key);
    return !before.some(
      (each, place) =>
        each.what === 'wish' &&
        each.key === key &&
        each.at <= at &&
        (place > last || each.at > before[last]!.at || (each.delayed && each.at === before[last]!.at)),
    );
  });
}

test('whatever is added when, a key has one worker, wishes are met in time, and nothing is worked unasked', t =>
  fc.assert(
    fc.asyncProperty(wishes, works, fc.integer({ min: 1, max: 4 }), async (wishes, plan, workers) => {
      const shop = new Shop(plan);
      const { clock, queue, log, running, faults } = shop;
      const working = work(queue, workers, shop.reconcile, (_key, error) => {
        if (error !== 'badly') faults.push(error);
      });
      for (const { pause, key, delay, isAhead } of wishes) {
        await clock.runUntil(clock.now + pause);
        shop.wish(key, delay);
        if (delay > 0) queue.addAfter(key, delay);
        else queue.add(key, isAhead);
        await clock.runUntil(clock.now);
        t.true(running.size <= workers);
        // While a worker is idle, only those wait that are being worked.
        if (running.size < workers) t.true(queue.gauges().workqueue_depth <= running.size);
      }
      await clock.runUntil(clock.now + 1e15);
      t.deepEqual(
        { faults, unmet: unmet(log), unasked: unasked(log) },
        { faults: [], unmet: [], unasked: [] },
      );
      await queue.drain();
      await working;
    }),
    parameters,
  ));
