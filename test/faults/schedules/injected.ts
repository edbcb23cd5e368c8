import { survives } from '../matrix.ts';

const words = {
  kill: 'a toggle whose process is killed, several times in a row',
  'kill of the operator': 'a toggle whose operator is killed at one of its writes',
  'late write': 'a write of a toggle that comes after another has gone on',
  'two at once': 'two people at one toggle at once',
  deed: 'a node edited, a Secret renewed or a pod deleted under a toggle',
};

/** What has gone wrong in a schedule so far: a hit at a write that never came is none. */
export class Injected {
  readonly #times = new Map<keyof typeof words, number>();

  note(what: keyof typeof words): void {
    this.#times.set(what, (this.#times.get(what) ?? 0) + 1);
  }

  toString(): string {
    return [...this.#times].map(([what, times]) => `${times} ${what}`).join(', ');
  }

  /** Notes in the matrix what was injected, and, where `body` does not throw, that it was survived. */
  survived(body: () => Promise<void>): Promise<void> {
    const who = 'plugin and operator';
    return [...this.#times].reduce<() => Promise<void>>(
      (rest, [what, times]) =>
        () =>
          survives({ who, fault: words[what] }, rest, times),
      body,
    )();
  }
}
