import { appendFileSync } from 'node:fs';

/** What met a fault: the operator, the plugin, the sidecar, the webhook, or more than one of them. */
export type Who = 'operator' | 'plugin' | 'sidecar' | 'webhook' | 'plugin and operator';

/** A line of the matrix: what goes wrong for whom, in words that a person who runs nodes knows. */
export type Fault = { readonly who: Who; readonly fault: string };

/** All that can go wrong, half an hour or so, where FAULTS=all is in the environment (`npm run faults`). `npm test` tries a sample of it. */
export const isWhole = process.env.FAULTS === 'all';

/** Of all cases those to try now: all, or every n-th. @param sample how many are tried in `npm test`. */
export function sampleOf<T>(all: readonly T[], sample: number): readonly T[] {
  if (isWhole || all.length <= sample) return all;
  return Array.from({ length: sample }, (_, at) => all[Math.floor((at * all.length) / sample)] as T);
}

/**
 * Injects a fault and notes in the matrix that it was, and, where `body` does not throw, that all was as promised afterwards.
 * A failed assertion of ava throws.
 *
 * @param times how many faults `body` injects, where it is a number of them.
 */
export async function survives<T>(fault: Fault, body: () => Promise<T> | T, times = 1): Promise<T> {
  note(fault, 'injected', times);
  const result = await body();
  note(fault, 'survived', times);
  return result;
}

/** One line a note, in the file that FAULTS_REPORT names; test files are processes of their own. */
function note(fault: Fault, what: 'injected' | 'survived', times: number): void {
  const file = process.env.FAULTS_REPORT;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...fault, [what]: times })}\n`);
}
