import type { Role } from '../../core/network/authorised.ts';
import type { Group, Judged } from '../../core/network/groups.ts';
import type { Reach } from '../../core/network/reach.ts';

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
export function kindOf({ openingAt }: Judged, { why, role, through, pods }: Group, reach: Reach): Kind {
  if (why !== undefined) return 'unknown';
  if (role !== undefined) return role;
  if (reach.guard === undefined) return 'open';
  return pods.size > 0 || through === undefined ? 'exposed' : idleKinds[openingAt(reach, through)];
}

/** Of what lets nobody in now. */
const idleKinds = { open: 'exposed', undecided: 'unknown', guarded: 'nobody now' } as const;
