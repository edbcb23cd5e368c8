import { longestTimer } from '../core/duration.ts';

export type Clock = {
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Calls back after so many milliseconds. @returns what takes it back. */
  readonly after: (milliseconds: number, fire: () => void) => () => void;
};

/** Keys that are due later, each once: of two moments the earlier counts. */
export class Delays {
  readonly #pending = new Map<string, { readonly due: number; cancel: () => void }>();
  readonly #clock: Clock;
  readonly #due: (key: string) => void;

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  add(key: string, milliseconds: number): void {
    const due = this.#clock.now() + milliseconds;
    const pending = this.#pending.get(key);
    if (pending && pending.due <= due) return;
    pending?.cancel();
    this.#arm(key, due);
  }

  drop(key: string): void {
    this.#pending.get(key)?.cancel();
    this.#pending.delete(key);
  }

  /** Drops what is not kept. */
  keep(isKept: (key: string) => boolean): void {
    for (const key of this.#pending.keys()) if (!isKept(key)) this.drop(key);
  }

  clear(): void {
    this.keep(() => false);
  }

  #arm(key: string, due: number): void {
    const left = due - this.#clock.now();
    const cancel = this.#clock.after(Math.min(left, longestTimer), () => {
      this.#pending.delete(key);
      // A certificate may expire in years.
      if (left > longestTimer) this.#arm(key, due);
      else this.#due(key);
    });
    this.#pending.set(key, { due, cancel });
  }
}
