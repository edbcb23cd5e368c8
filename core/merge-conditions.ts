import { type ConditionType, conditionTypes } from './conditions.ts';
import type { Condition } from './kubernetes.ts';
import { printableWithin } from './printable.ts';
import { timestamp } from './timestamp.ts';

/** A condition as it is found, before it is known since when. */
export type ConditionFacts = Pick<Condition, 'status' | 'reason' | 'message'> & {
  readonly observedGeneration?: number | undefined;
};

/** What is found, by type: null takes the condition away, a type that is not named stays as it is. */
export type ConditionChanges = { readonly [type in ConditionType]?: ConditionFacts | null | undefined };

/**
 * The conditions of a node after what was found. Types keep their places and new ones follow in the order of
 * `conditionTypes`; those of others are kept; lastTransitionTime moves only where the status does.
 */
export function mergeConditions(
  old: readonly Condition[],
  changes: ConditionChanges,
  now: Date,
): readonly Condition[] {
  const found = new Map(Object.entries(changes));
  const kept = old.flatMap(condition => merged(condition, found.get(condition.type), now));
  const added = conditionTypes
    .filter(type => !old.some(condition => condition.type === type))
    .flatMap(type => {
      const facts = found.get(type);
      return facts ? [made(type, facts, timestamp(now))] : [];
    });
  return [...kept, ...added];
}

function merged(old: Condition, facts: ConditionFacts | null | undefined, now: Date): Condition[] {
  if (facts === undefined) return [old];
  if (facts === null) return [];
  const since = old.status === facts.status ? old.lastTransitionTime : undefined;
  return [made(old.type, facts, since ?? timestamp(now))];
}

function made(type: string, facts: ConditionFacts, lastTransitionTime: string): Condition {
  const { status, reason, message, observedGeneration } = facts;
  return {
    type,
    status,
    reason,
    // The API server refuses a longer message (meta/v1 Condition).
    message: printableWithin(message, 32_768),
    lastTransitionTime,
    ...(observedGeneration !== undefined && { observedGeneration }),
  };
}
