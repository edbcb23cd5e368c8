import { ClusterError } from '../../cluster/error.ts';
import { type Moment, timeLeft } from '../../core/leader-election.ts';
import type { Clock } from '../delays.ts';

export type ElectionClock = Clock & {
  /** Milliseconds since 1970. */
  readonly date: () => number;
};

/** Those of this process. */
export const clock: ElectionClock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (milliseconds, fire) => {
    // A moment may have passed by the time that it is reckoned.
    const timer = setTimeout(fire, Math.max(0, milliseconds));
    return () => clearTimeout(timer);
  },
};

/** A write was refused, or cut off as it was under way: then nobody knows whether it was done. */
export class NotLeading extends ClusterError {}

/**
 * What every write passes (`ClientOptions.fence`): open from an acquired Lease until the renew deadline after the last
 * renewal, then closed for good, even where no timer could tell because the process stood still.
 */
export class Fence {
  readonly #clock: ElectionClock;
  readonly #renewDeadline: number;
  readonly #over = new AbortController();
  #renewedAt: Moment | undefined;
  #cancel = () => {};

  constructor(clock: ElectionClock, renewDeadline: number) {
    this.#clock = clock;
    this.#renewDeadline = renewDeadline;
  }

  /** Aborted with NotLeading once this replica leads no more. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** When the last renewal was sent; absent before the first, and once it is over. */
  get renewedAt(): Moment | undefined {
    return this.signal.aborted ? undefined : this.#renewedAt;
  }

  readonly isHolding = (): boolean => {
    if (this.renewedAt === undefined) return false;
    const isInTime = this.#timeLeft() > 0;
    if (!isInTime) this.#expire();
    return isInTime;
  };

  /** @throws NotLeading where this replica does not lead, not yet or no more. */
  readonly assertHolding = (): void => {
    if (this.isHolding()) return;
    throw (
      this.signal.reason ?? new NotLeading('nothing is written: another replica may lead, this one waits')
    );
  };

  /** Opens it, or keeps it open. @param at when the request that succeeded was sent. */
  renewed(at: Moment): void {
    this.#renewedAt = at;
    this.#arm();
  }

  /** Closes it for good. @param why a sentence. */
  end(why: string): void {
    this.#cancel();
    if (!this.signal.aborted) this.#over.abort(new NotLeading(why));
  }

  /** A timer may come a little early. */
  #arm(): void {
    this.#cancel();
    if (this.isHolding()) this.#cancel = this.#clock.after(Math.ceil(this.#timeLeft()), () => this.#arm());
  }

  #timeLeft(): number {
    const now = { monotonic: this.#clock.now(), wall: this.#clock.date() };
    return this.#renewedAt === undefined ? 0 : timeLeft(this.#renewedAt, now, this.#renewDeadline);
  }

  #expire(): void {
    const seconds = this.#renewDeadline / 1000;
    this.end(
      `nothing is written any more: the Lease was not renewed within ${seconds} s, so another replica may lead now`,
    );
  }
}
