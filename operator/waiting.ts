import { setTimeout } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal. It never fails. */
export function waiting(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
