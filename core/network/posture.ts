import { conditionReasons } from '../conditions.ts';
import type { ConditionFacts } from '../merge-conditions.ts';
import type { Violation } from '../policy.ts';

/** As many findings as a message has; who wants the rest asks `kubectl seinode inspect`. */
const shown = 5;

/**
 * Condition SidecarNetworkPolicyReady of a node, of what the rules find. Open counts before blocked, for it is the graver;
 * a warning says that they cannot tell.
 *
 * @param violations of the rules about NetworkPolicies, about this node alone.
 */
export function postureOf(violations: readonly Violation[]): ConditionFacts {
  const { ready, open, blocked, undecided } = conditionReasons.SidecarNetworkPolicyReady;
  const errors = violations.filter(({ severity }) => severity === 'error');
  const [blocks, opens] = [errors.filter(isBlocked), errors.filter(error => !isBlocked(error))];
  if (opens.length > 0) return { status: 'False', reason: open, message: told([...opens, ...blocks]) };
  if (blocks.length > 0) return { status: 'False', reason: blocked, message: told(blocks) };
  const warnings = violations.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0) return { status: 'Unknown', reason: undecided, message: told(warnings) };
  const message = 'controller and monitoring reach their ports, and nobody else is let in to them';
  return { status: 'True', reason: ready, message };
}

function isBlocked({ rule }: Violation): boolean {
  return rule === 'netpol-blocked';
}

function told(violations: readonly Violation[]): string {
  const messages = [...new Set(violations.map(({ message }) => message))];
  const more = messages.length - shown;
  return `${messages.slice(0, shown).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
