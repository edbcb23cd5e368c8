import type { Question } from './classes.ts';
import type { NetworkAnswer } from './question.ts';

/** Whether a source may leave for a target's port: for certain, not at all, or as an ipBlock of a policy may say. */
export type Exit = 'yes' | 'no' | { readonly maybeBy: number };

/** Looks up whether the policies of a source let it out. */
export function exitsOf(
  { input }: Question,
  { egress, lets }: NetworkAnswer,
): (source: number, target: number, port: number) => Exit {
  // No policy selects a pod on the network of its machine.
  const isolating = input.sources.map(({ hostNetwork }, source) =>
    hostNetwork ? undefined : egress[source],
  );
  const outlets = new Map(
    Object.entries(lets).map(([policy, list]) => {
      const certain = new Map<number, boolean>();
      for (const outlet of list) {
        const place = placeOf(outlet.target, outlet.port);
        certain.set(place, outlet.certain || (certain.get(place) ?? false));
      }
      return [Number(policy), certain] as const;
    }),
  );
  return (source, target, port) => {
    const policies = isolating[source];
    if (policies === undefined) return 'yes';
    const place = placeOf(target, port);
    const certainty = (policy: number) => outlets.get(policy)?.get(place);
    if (policies.some(policy => certainty(policy) === true)) return 'yes';
    const maybeBy = policies.find(policy => certainty(policy) === false);
    return maybeBy === undefined ? 'no' : { maybeBy };
  };
}

/** A target's port as one number, to be looked up by the million. */
function placeOf(target: number, port: number): number {
  return target * 65536 + port;
}
