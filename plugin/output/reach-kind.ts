import type { Role } from '../../core/network/authorised.ts';
import { type Group, groupsOf } from '../../core/network/groups.ts';
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

/** Who reaches a port, or may, by what lets them in. */
export function groupsAt({ question, roleOf, openingAt }: Reached, reach: Reach): Group[] {
  return groupsOf(question, reach, roleOf, through => openingAt(reach, through) === 'open');
}

/** What is to be said of a group of sources at a port. */
export function kindOf({ openingAt }: Reached, { why, role, through, pods }: Group, reach: Reach): Kind {
  if (why !== undefined) return 'unknown';
  if (role !== undefined) return role;
  if (reach.guard === undefined) return 'open';
  if (pods.size > 0 || through === undefined) return 'exposed';
  return idleKinds[openingAt(reach, through)];
}

/** Of what lets nobody in now: a pod that may not connect may come any time. */
const idleKinds = { open: 'exposed', undecided: 'unknown', guarded: 'nobody now' } as const;
