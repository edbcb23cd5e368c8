import { conditionReasons } from '../conditions.ts';
import type { ConditionFacts } from '../merge-conditions.ts';
import type { Violation } from '../policy.ts';

/** The rules about NetworkPolicies: who signs is worse than who reads, and both are worse than nobody. */
const gravity = ['netpol-tasks-port', 'netpol-public-port', 'netpol-blocked'] as const;

/** As many findings a message has; who wants the rest asks `kubectl seinode inspect`. */
const shown = 5;

/**
 * Condition SidecarNetworkPolicyReady of a node, of what the rules find. Of several the gravest is
 * told first; a warning says that they cannot tell.
 *
 * @param violations about this node alone.
 */
export function postureOf(violations: readonly Violation[]): ConditionFacts {
  const { ready, open, blocked, undecided } = conditionReasons.SidecarNetworkPolicyReady;
  const sorted = gravity.flatMap(rule => violations.filter(violation => violation.rule === rule));
  const [errors, warnings] = (['error', 'warning'] as const).map(wanted =>
    sorted.filter(({ severity }) => severity === wanted),
  ) as [Violation[], Violation[]];
  if (errors.length > 0) {
    const isOpen = errors[0]!.rule !== 'netpol-blocked';
    return { status: 'False', reason: isOpen ? open : blocked, message: told(errors) };
  }
  if (warnings.length > 0) return { status: 'Unknown', reason: undecided, message: told(warnings) };
  const message = 'controller and monitoring reach their ports, and nobody else is let in to them';
  return { status: 'True', reason: ready, message };
}

function told(violations: readonly Violation[]): string {
  const messages = [...new Set(violations.map(({ message }) => message))];
  const more = messages.length - shown;
  return `${messages.slice(0, shown).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
