import type { Role } from '../../core/network/authorised.ts';
import type { Group } from '../../core/network/groups.ts';
import type { Reach } from '../../core/network/reach.ts';
import type { Reached } from '../reach.ts';

/** What is to be said of sources: as whom they may, or that they should not, that a port is guarded from nobody, … */
export const kinds = [
  'controller',
  'monitoring',
  'allowed',
  'exposed',
  'open',
  'nobody now',
  'unknown',
] as const satisfies readonly (Role | string)[];
export type Kind = (typeof kinds)[number];

/** What is to be said of a group of sources at a port. */
export function kindOf({ question }: Reached, { why, role, through, pods }: Group, { guard }: Reach): Kind {
  if (why !== undefined) return 'unknown';
  if (role !== undefined) return role;
  if (guard === undefined) return 'open';
  if (pods.size > 0 || through === undefined || through.peer === null) return 'exposed';
  // No pod is an address of a block; who may connect is never named by one.
  const rule = question.input.policies[through.policy]?.spec?.ingress?.[through.rule];
  return rule?.from?.[through.peer]?.ipBlock === undefined ? 'nobody now' : 'exposed';
}
