/** As controller-runtime waits. */
const [first, longest] = [5, 1_000_000];

/** How long each key waits before it is tried again: twice as long after every failure, until it is forgotten. */
export class Backoff {
  readonly #failures = new Map<string, number>();

  /** Counts a failure. @returns milliseconds. */
  next(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return Math.min(first * 2 ** failures, longest);
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}
