import { shortDuration } from '../../core/duration.ts';
import type { ClaimFacts, EventFacts, Surroundings } from '../source/surroundings.ts';
import { paint, type Terminal } from '../terminal.ts';
import type { Section } from './sections.ts';

/** What the cluster says of a node's claim: rows below its name. */
export function claimRows({ claim, heldBy }: Surroundings): Section['rows'] {
  if (claim === undefined) {
    return [['Claim', 'could not be read']];
  }
  if (claim === null) {
    return [['Claim', 'does not exist']];
  }
  return [['Claim', claimText(claim)], ...volumeRows(claim), ['Held by', holders(heldBy)]];
}

function claimText({ phase, capacity, storageClassName, owner, deletionTimestamp }: ClaimFacts): string {
  const parts = [phase ?? 'no phase', capacity, storageClassName, owner && `owned by ${owner}`];
  const dying = deletionTimestamp === undefined ? [] : [`being deleted since ${deletionTimestamp}`];
  return [...parts.filter(part => part !== undefined), ...dying].join(', ');
}

function volumeRows({ volumeName, reclaimPolicy }: ClaimFacts): Section['rows'] {
  return volumeName === undefined
    ? []
    : [['Volume', `${volumeName}, reclaim policy ${reclaimPolicy ?? 'could not be read'}`]];
}

function holders(heldBy: readonly string[] | undefined): string {
  if (heldBy === undefined) {
    return 'could not be read';
  }
  return heldBy.length === 0 ? 'no pod' : heldBy.map(name => `pod ${name}`).join(', ');
}

/** The last events of a node, newest first. @param now RFC 3339 */
export function eventSection({ events }: Surroundings, terminal: Terminal, now: string): Section {
  const rows = events?.map(event => eventRow(event, terminal, now)) ?? [['', 'could not be read']];
  return { title: 'Events', rows: rows.length === 0 ? [['', 'none']] : rows };
}

function eventRow(
  { type, reason, message, count, lastTimestamp }: EventFacts,
  terminal: Terminal,
  now: string,
): Section['rows'][number] {
  const age = lastTimestamp === undefined ? '-' : shortDuration(Date.parse(now) - Date.parse(lastTimestamp));
  const text = `${type} ${reason}${count > 1 ? ` (${count} times)` : ''}: ${message}`;
  return [age, { text, paint: line => (type === 'Warning' ? paint(terminal, 'yellow', line) : line) }];
}
