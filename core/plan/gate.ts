import type { Condition } from '../kubernetes.ts';
import type { TLSVerdict } from '../policy.ts';
import { timestamp } from '../timestamp.ts';

/** How long a gate is given before its message says that it is overdue; as the alert on it. */
export const gateDeadline = 10 * 60_000;

/** A certificate's validity, in seconds since 1970 (core/x509 `Certificate`). */
export type Validity = { readonly notBeforeUnix: number; readonly notAfterUnix: number };

/**
 * When the verdict on a certificate may change by time alone: as it becomes valid, or one millisecond after notAfter,
 * which itself is still valid. Undefined where time changes nothing any more.
 */
export function verdictChangesAt({ notBeforeUnix, notAfterUnix }: Validity, now: Date): Date | undefined {
  const moments = [notBeforeUnix * 1000, notAfterUnix * 1000 + 1];
  const next = moments.find(moment => moment > now.getTime());
  return next === undefined ? undefined : new Date(next);
}

/** Since when SidecarTLSSecretReady has not been True: from now on where it was, or is not known. */
export function closedSince(old: Condition | undefined, now: Date): Date {
  const since = Date.parse((old?.status === 'True' ? undefined : old?.lastTransitionTime) ?? '');
  return Number.isNaN(since) ? new Date(timestamp(now)) : new Date(since);
}

/** When the message of a gate that holds a plan back changes by time alone; undefined once it has. */
export function deadlineAt(since: Date, now: Date): Date | undefined {
  const deadline = new Date(since.getTime() + gateDeadline);
  return deadline > now ? deadline : undefined;
}

/**
 * The message of a gate that holds a plan back: what is missing, since when, and by when it should not be. It changes
 * once, at the deadline, and not with every look: a message that counts would be a write a second.
 */
export function heldMessage({ message }: TLSVerdict, since: Date, now: Date): string {
  const deadline = timestamp(new Date(since.getTime() + gateDeadline));
  const overdue = deadlineAt(since, now) === undefined;
  const limit = overdue ? `overdue since ${deadline}` : `due by ${deadline}`;
  return `${message}; a plan has waited for it since ${timestamp(since)}, ${limit}`;
}
