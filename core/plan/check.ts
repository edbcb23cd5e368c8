import { conditionReasons } from '../conditions.ts';
import type { ConditionChanges } from '../merge-conditions.ts';
import type { SeiNode } from '../seinode.ts';
import type { Came } from '../sidecar/outcome.ts';

/** What a look at something the user has to bring says of it. `invalid`: as it is it never will do. */
export type Check = { readonly kind: 'ready' | 'notReady' | 'invalid'; readonly message: string };

/** The conditions that tell of one. */
export type CheckedCondition = 'ImportPVCReady' | 'SigningKeyReady' | 'NodeKeyReady' | 'OperatorKeyringReady';

/** What comes of a task that checks, and the condition that says why. */
export function checked(
  node: SeiNode,
  type: CheckedCondition,
  { kind, message }: Check,
): { readonly came: Came; readonly found: ConditionChanges } {
  const status = kind === 'ready' ? 'True' : 'False';
  const reason = conditionReasons[type][kind];
  const found = { [type]: { status, reason, message, observedGeneration: node.metadata.generation } };
  const came: Came =
    kind === 'ready' ? { kind: 'complete' } : { kind: kind === 'invalid' ? 'terminal' : 'waiting', message };
  return { came, found };
}

/** Not yet: it may come to be. */
export function notReady(message: string): Check {
  return { kind: 'notReady', message };
}

/** Never, as it is. */
export function invalid(message: string): Check {
  return { kind: 'invalid', message };
}
