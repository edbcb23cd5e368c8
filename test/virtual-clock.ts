import { setImmediate } from 'node:timers/promises';

type Timer = { readonly due: number; readonly order: number; fire: (() => void) | undefined };

/** Time that passes only when nothing else is left to do. What is due at one moment happens in the order in which it was asked for. */
export class VirtualClock {
  now = 0;
  #asked = 0;
  /** A binary heap: no timer is due before its parent, that at half its place. */
  readonly #timers: Timer[] = [];

  /** Calls back after so many milliseconds. @returns what takes it back. */
  after = (milliseconds: number, fire: () => void): (() => void) => {
    this.#asked += 1;
    const timer: Timer = { due: this.now + Math.max(0, milliseconds), order: this.#asked, fire };
    this.#insert(timer);
    return () => {
      timer.fire = undefined;
    };
  };

  /** Waits so many milliseconds of this time, or until the signal. */
  sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      const cancel = this.after(milliseconds, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        resolve();
      });
      if (signal?.aborted) resolve();
    });

  /** Lets everything happen that is due until a moment. */
  async runUntil(moment: number): Promise<void> {
    while (await this.#next(moment));
    this.now = moment;
  }

  /** Lets everything happen until nothing is left to come. */
  async run(): Promise<void> {
    while (await this.#next(Number.POSITIVE_INFINITY));
  }

  async #next(moment: number): Promise<boolean> {
    await setImmediate();
    while (this.#timers[0] !== undefined && this.#timers[0].fire === undefined) this.#removeFirst();
    const [next] = this.#timers;
    if (next === undefined || next.due > moment) return false;
    this.now = next.due;
    this.#removeFirst();
    next.fire?.();
    return true;
  }

  #insert(timer: Timer): void {
    let place = this.#timers.push(timer) - 1;
    for (let parent = (place - 1) >> 1; place > 0 && isBefore(timer, this.#timers[parent]!); ) {
      this.#timers[place] = this.#timers[parent]!;
      [place, parent] = [parent, (parent - 1) >> 1];
    }
    this.#timers[place] = timer;
  }

  #removeFirst(): void {
    const last = this.#timers.pop()!;
    const { length } = this.#timers;
    if (length === 0) return;
    let place = 0;
    for (let child = 1; child < length; child = 2 * place + 1) {
      if (child + 1 < length && isBefore(this.#timers[child + 1]!, this.#timers[child]!)) child += 1;
      if (!isBefore(this.#timers[child]!, last)) break;
      this.#timers[place] = this.#timers[child]!;
      place = child;
    }
    this.#timers[place] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
