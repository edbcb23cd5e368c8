import type { ElectionClock } from './leader-election/fence.ts';

/** Milliseconds: how often the clock of the day is looked at, and by how much it may be off what passed without a jump. */
const [period, tolerance] = [10_000, 1_000];

export type FollowClockOptions = {
  readonly clock: Pick<ElectionClock, 'now' | 'date'>;
  readonly signal: AbortSignal;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** Told by how many milliseconds the clock of the day was set ahead, or back. It must not throw. */
  readonly jumped: (milliseconds: number) => void;
};

/**
 * Looks whether somebody set the clock of the day, until the signal: moments that were reckoned before, such as the one at which
 * a certificate becomes valid, are no longer as far off as the timers believe.
 */
export async function followClock({ clock, signal, wait, jumped }: FollowClockOptions): Promise<void> {
  const offset = () => clock.date() - clock.now();
  for (let known = offset(); !signal.aborted; ) {
    await wait(period);
    const now = offset();
    if (Math.abs(now - known) > tolerance) jumped(now - known);
    known = now;
  }
}
