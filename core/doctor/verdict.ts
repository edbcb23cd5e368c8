import type { Result } from '../result.ts';

/**
 * What one check comes to. `fail`: something is wrong. `warn`: it may be meant, and is worth knowing. `unknown`: it could
 * not be looked at. `skipped`: there is nothing to look at.
 */
export type Verdict = {
  readonly status: 'pass' | 'fail' | 'warn' | 'unknown' | 'skipped';
  /** One clause or two, without a final dot. */
  readonly message: string;
  /** One line an object that the message speaks of. */
  readonly details?: readonly string[];
  /** What mends it. */
  readonly fix?: string;
};

/** It is as it should be. */
export function pass(message: string): Verdict {
  return { status: 'pass', message };
}

/** Something is wrong. @param details where there are several. */
export function fail(message: string, fix: string, details: readonly string[] = []): Verdict {
  return { status: 'fail', message, fix, ...(details.length > 0 && { details }) };
}

/** It may be meant. */
export function warn(message: string, fix: string, details: readonly string[] = []): Verdict {
  return { ...fail(message, fix, details), status: 'warn' };
}

/** It could not be looked at. */
export function unknown(message: string): Verdict {
  return { status: 'unknown', message };
}

/** There is nothing to look at. */
export function skipped(message: string): Verdict {
  return { status: 'skipped', message };
}

/** Judges what was read; what could not be read is unknown, with its cause. */
export function known<T>(read: Result<T>, judge: (value: T) => Verdict): Verdict {
  return read.ok ? judge(read.value) : unknown(read.error);
}

/**
 * One verdict for several findings of a kind: the first is the message, all of them are details where there are more.
 *
 * @param good what is said where there is none.
 */
export function ofFindings(
  findings: readonly string[],
  good: string,
  found: typeof fail | typeof warn,
  fix: string,
): Verdict {
  const [first] = findings;
  if (first === undefined) return pass(good);
  const more = findings.length - 1;
  return more === 0 ? found(first, fix) : found(`${first} (and ${more} more)`, fix, findings);
}
