import { setImmediate } from 'node:timers/promises';

type Timer = { readonly due: number; readonly fire: () => void };

/** Time that passes only when nothing else is left to do. */
export class VirtualClock {
  now = 0;
  readonly #timers = new Set<Timer>();

  /** Calls back after so many milliseconds. @returns what takes it back. */
  after = (milliseconds: number, fire: () => void): (() => void) => {
    const timer = { due: this.now + Math.max(0, milliseconds), fire };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
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
    for (;;) {
      await setImmediate();
      const next = [...this.#timers].reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.due < first.due ? timer : first),
        undefined,
      );
      if (next === undefined || next.due > moment) break;
      this.now = next.due;
      this.#timers.delete(next);
      next.fire();
    }
    this.now = moment;
  }
}
