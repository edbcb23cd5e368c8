import { Backoff } from './backoff.ts';
import { type Clock, Delays } from './delays.ts';

/** What is counted or measured as it happens, by the names of controller-runtime; durations in seconds. */
export type QueueMeasure =
  | 'workqueue_adds_total'
  | 'workqueue_retries_total'
  | 'workqueue_queue_duration_seconds'
  | 'workqueue_work_duration_seconds';

/** What is read when somebody asks. */
export type QueueGauge =
  | 'workqueue_depth'
  | 'workqueue_unfinished_work_seconds'
  | 'workqueue_longest_running_processor_seconds';

export type QueueOptions = Clock & {
  readonly observe: (measure: QueueMeasure, value: number) => void;
  /** Whether a key is worked here; else it is not taken in. Every key is, without it. */
  readonly admits?: (key: string) => boolean;
};

/**
 * The work queue of controller-runtime (client-go, util/workqueue): a key waits once however often it is added, is
 * worked by one worker at a time, and once more where it was added meanwhile. Keys that somebody waits for go ahead of others.
 */
export class Queue {
  readonly #backoff = new Backoff();
  readonly #delays: Delays;
  readonly #options: QueueOptions;
  /** Keys that wait; those ahead are handed out first. */
  readonly #ahead = new Line();
  readonly #waiting = new Line();
  /** Keys and the moment of their taking. */
  readonly #working = new Map<string, number>();
  readonly #again = new Map<string, { readonly since: number; readonly isAhead: boolean }>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #drained: PromiseWithResolvers<void> | undefined;
  #released: PromiseWithResolvers<void> | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#delays = new Delays(options, key => this.add(key));
  }

  /** Adds a key to be worked as soon as may be. @param isAhead whether it passes by those that nobody waits for; one of these may be itself. */
  add(key: string, isAhead = false): void {
    if (this.#drained || !this.#admits(key)) return;
    const again = this.#again.get(key);
    const since = again?.since ?? this.#waiting.since(key) ?? this.#ahead.since(key);
    if (since === undefined) this.#options.observe('workqueue_adds_total', 1);
    else if (!isAhead || again?.isAhead || this.#ahead.since(key) !== undefined) return;
    this.#waiting.delete(key);
    this.#wait(key, since ?? this.#options.now(), isAhead);
    this.#hand();
  }

  /** Adds a key after so many milliseconds; of several such wishes for a key the earliest counts. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#drained || !this.#admits(key)) return;
    this.#options.observe('workqueue_retries_total', 1);
    if (milliseconds <= 0) this.add(key);
    else this.#delays.add(key, milliseconds);
  }

  /** Adds a key that failed: after 5 ms, and twice that at each failure in a row, up to 1000 s. */
  addRateLimited(key: string): void {
    this.addAfter(key, this.#backoff.next(key));
  }

  /** A key went well: its next failure is its first. */
  forget(key: string): void {
    this.#backoff.forget(key);
  }

  /** A key is of no use any more: what it wanted later is dropped, and its failures are forgotten. */
  drop(key: string): void {
    this.#delays.drop(key);
    this.#backoff.forget(key);
  }

  /** The next key, as soon as there is one; to be given back by `done`. @returns undefined once the queue drains. */
  take(): Promise<string | undefined> {
    return new Promise(resolve => {
      if (this.#drained) return resolve(undefined);
      this.#takers.push(resolve);
      this.#hand();
    });
  }

  /** Gives a taken key back, however its work went. */
  done(key: string): void {
    const taken = this.#working.get(key) ?? this.#options.now();
    this.#options.observe('workqueue_work_duration_seconds', this.#secondsSince(taken));
    this.#working.delete(key);
    const again = this.#again.get(key);
    this.#again.delete(key);
    if (again !== undefined) this.#wait(key, again.since, again.isAhead);
    this.#hand();
    if (this.#working.size === 0) this.#drained?.resolve();
    this.#tellReleased();
  }

  /** To be told that fewer keys are admitted: the others are dropped, now and for later. @returns once none of them is worked. */
  release(): Promise<void> {
    for (const keys of [this.#ahead, this.#waiting, this.#again]) {
      for (const key of keys.keys()) if (!this.#admits(key)) keys.delete(key);
    }
    this.#delays.keep(key => this.#admits(key));
    this.#released ??= Promise.withResolvers();
    const { promise } = this.#released;
    this.#tellReleased();
    return promise;
  }

  #tellReleased(): void {
    if (!this.#released || ![...this.#working.keys()].every(key => this.#admits(key))) return;
    this.#released.resolve();
    this.#released = undefined;
  }

  #admits(key: string): boolean {
    return this.#options.admits?.(key) ?? true;
  }

  /** Takes nothing more in and hands nothing more out. @returns once all that was taken is done. */
  drain(): Promise<void> {
    this.#drained ??= Promise.withResolvers();
    this.#delays.clear();
    for (const keys of [this.#ahead, this.#waiting, this.#again]) keys.clear();
    for (const resolve of this.#takers.splice(0)) resolve(undefined);
    if (this.#working.size === 0) this.#drained.resolve();
    return this.#drained.promise;
  }

  gauges(): Record<QueueGauge, number> {
    const running = [...this.#working.values()].map(since => this.#secondsSince(since));
    return {
      workqueue_depth: this.#ahead.size + this.#waiting.size + this.#again.size,
      workqueue_unfinished_work_seconds: running.reduce((sum, seconds) => sum + seconds, 0),
      workqueue_longest_running_processor_seconds: Math.max(0, ...running),
    };
  }

  #wait(key: string, since: number, isAhead: boolean): void {
    if (this.#working.has(key)) this.#again.set(key, { since, isAhead });
    else (isAhead ? this.#ahead : this.#waiting).add(key, since);
  }

  #hand(): void {
    while (this.#takers.length > 0) {
      const next = this.#ahead.take() ?? this.#waiting.take();
      if (next === undefined) return;
      this.#options.observe('workqueue_queue_duration_seconds', this.#secondsSince(next.since));
      this.#working.set(next.key, this.#options.now());
      this.#takers.shift()?.(next.key);
    }
  }

  #secondsSince(moment: number): number {
    return (this.#options.now() - moment) / 1000;
  }
}

/** Keys in the order in which they came, with the moment of that. */
class Line {
  readonly #moments = new Map<string, number>();
  /** The next of these: to begin at the first anew is to pass by the places of all that were taken. */
  readonly #order = this.#moments.keys();

  get size(): number {
    return this.#moments.size;
  }

  since(key: string): number | undefined {
    return this.#moments.get(key);
  }

  keys(): Iterable<string> {
    return this.#moments.keys();
  }

  add(key: string, since: number): void {
    this.#moments.set(key, since);
  }

  delete(key: string): void {
    this.#moments.delete(key);
  }

  clear(): void {
    this.#moments.clear();
  }

  take(): { readonly key: string; readonly since: number } | undefined {
    // The iterator ends for good once it finds none.
    if (this.#moments.size === 0) return undefined;
    const key = this.#order.next().value as string;
    const since = this.#moments.get(key) as number;
    this.#moments.delete(key);
    return { key, since };
  }
}
