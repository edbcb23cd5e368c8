import type { Case, Reach } from './case.ts';
import type { Ours } from './ours.ts';

/**
 * Where a judge contradicts the rules. What they cannot tell contradicts nobody.
 *
 * @returns a line for each target that differs: `arctic/p0:8443: rules say a, b; cyclonus says a`.
 */
export function contradictions({ reach, unknown }: Ours, theirs: Reach, name: string): string[] {
  return Object.keys(theirs).flatMap(to => {
    const open = new Set(unknown[to]);
    const [ours, other] = [reach[to] ?? [], (theirs[to] ?? []).filter(from => !open.has(from))];
    return ours.join() === other.join()
      ? []
      : [`${to}: the rules say ${list(ours)}; ${name} says ${list(other)}`];
  });
}

/** How many verdicts a table has, and how many of them the rules left open. */
export function counted(one: Case, { unknown }: Ours): { verdicts: number; unknown: number } {
  const sources = one.pods.length - 1 + (one.addresses ?? []).length;
  return {
    verdicts: one.pods.length * one.ports.length * sources,
    unknown: Object.values(unknown).reduce((sum, from) => sum + from.length, 0),
  };
}

function list(names: readonly string[]): string {
  return names.join(', ') || 'nobody';
}
