import { objectKey } from '../kubernetes.ts';
import type { Caveat } from './network.ts';

/** An object that NetworkPolicies alone cannot answer for. */
export type Obstacle = {
  readonly kind: string;
  /** Where it holds; absent for the whole cluster. */
  readonly namespace?: string | undefined;
  /** Absent where that could not be read either. */
  readonly name?: string | undefined;
  /** What it does, as the end of a sentence: `outranks NetworkPolicies`. */
  readonly does: string;
  /** What is uncertain for it; everything. */
  readonly effect?: Caveat['effect'];
  readonly hidesPolicies?: true;
};

/** One caveat for each namespace, kind and what they do, so that ten thousand policies do not make ten thousand reasons. */
export function caveatsOf(obstacles: readonly Obstacle[]): Caveat[] {
  const groups = new Map<string, Map<string, Obstacle>>();
  for (const obstacle of obstacles) {
    const { kind, namespace, name, does } = obstacle;
    const key = JSON.stringify([namespace, kind, does]);
    groups.set(key, (groups.get(key) ?? new Map()).set(name ?? '', obstacle));
  }
  return [...groups.values()].map(group => {
    const [first] = group.values() as unknown as [Obstacle];
    const more = group.size === 1 ? '' : ` (and ${group.size - 1} more)`;
    const why = `${first.kind}${nameOf(first)}${more} ${first.does}`;
    return {
      why,
      effect: first.effect ?? 'any',
      ...(first.namespace !== undefined && { namespace: first.namespace }),
      ...(first.hidesPolicies && { hidesPolicies: true }),
    };
  });
}

function nameOf({ namespace, name }: Obstacle): string {
  if (name !== undefined) return ` ${namespace === undefined ? name : objectKey(namespace, name)}`;
  return namespace === undefined ? '' : ` in ${namespace}`;
}
