import {
  type Durations,
  held,
  type Moment,
  nextStep,
  pauseAfter,
  released,
  type Sighting,
  type Step,
  sight,
} from '../../core/leader-election.ts';
import type { Fields } from '../../core/schema/structural.ts';
import type { ElectionClock, Fence } from './fence.ts';
import { type Leases, specOf } from './leases.ts';

export type ElectionOptions = {
  readonly leases: Leases;
  /** Of this process alone; a restart is another. */
  readonly identity: string;
  readonly durations: Durations;
  readonly fence: Fence;
  readonly clock: ElectionClock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** Ends the election: what is held is released. Abort it once nothing is being written any more. */
  readonly signal: AbortSignal;
  /** Told once, when this replica leads; the fence is open by then. */
  readonly started: () => void;
  /** Told of who holds the Lease whenever that is somebody else than before; empty where nobody does. */
  readonly follows: (holder: string) => void;
  /** Told of every request that failed. */
  readonly failed: (error: unknown) => void;
};

/**
 * Takes part in an election until the signal or until the lead is lost: the fence is closed then.
 *
 * @param candidate else one who leads alone.
 * @returns `lost` where it was led and could not be renewed in time: whoever led must end.
 */
export function elect(
  options: ElectionOptions,
  candidate: Candidate = new Replica(options),
): Promise<'released' | 'lost'> {
  const { fence, signal } = options;
  // A request may hang for longer than the fence is open.
  const lost = new Promise<'lost'>(resolve =>
    fence.signal.addEventListener('abort', () => signal.aborted || resolve('lost')),
  );
  return Promise.race([campaign(options, candidate), lost]);
}

async function campaign(options: ElectionOptions, candidate: Candidate): Promise<'released' | 'lost'> {
  const { fence, signal, durations, wait, random, started } = options;
  const over = AbortSignal.any([signal, fence.signal]);
  for (let leads = false; !over.aborted; ) {
    const step = await candidate.step();
    if (!leads && !over.aborted && fence.isHolding()) {
      leads = true;
      started();
    }
    await wait(pauseAfter(step, durations, random()), over);
  }
  if (fence.signal.aborted) return 'lost';
  await candidate.release();
  return 'released';
}

/** Who takes part. Neither throws. */
export type Candidate = {
  /** Does what is to be done now, if it can. @returns what that was. */
  readonly step: () => Promise<Step>;
  /** Closes the fence, and lets go of what is to be let go. */
  readonly release: () => Promise<void>;
};

/** One who leads alone, and what it knows of the Lease. */
class Replica implements Candidate {
  readonly #options: ElectionOptions;
  #lease: Fields | undefined;
  #seen: Sighting | undefined;
  #told: string | undefined;

  constructor(options: ElectionOptions) {
    this.#options = options;
  }

  async step(): Promise<Step> {
    const { fence, failed } = this.#options;
    try {
      // A leader knows what it wrote, unless a write failed since.
      if (this.#lease === undefined || fence.renewedAt === undefined) await this.#read();
      const step = this.#next();
      if (step === 'acquire' || step === 'renew') await this.#hold();
      // Where time has run out nobody else need hold it: the fence says so itself.
      if (step === 'lost' && fence.isHolding()) {
        fence.end('nothing is written any more: another replica holds the Lease');
      }
      return step;
    } catch (error) {
      this.#lease = undefined;
      failed(error);
      return fence.isHolding() ? 'renew' : 'wait';
    }
  }

  /** Lets go of the Lease, if it is held: the fence is closed before. */
  async release(): Promise<void> {
    const { fence, leases, identity, failed } = this.#options;
    const { renewedAt } = fence;
    fence.end('nothing is written any more: this replica has given the Lease away');
    if (renewedAt === undefined) return;
    try {
      const lease = await leases.read();
      const spec = specOf(lease);
      if (spec.holderIdentity === identity) await leases.write(lease, released(spec, this.#now()));
    } catch (error) {
      failed(error);
    }
  }

  async #read(): Promise<void> {
    this.#lease = await this.#options.leases.read();
    this.#seen = this.#lease && sight(this.#seen, specOf(this.#lease), this.#now());
    this.#tell();
  }

  #next(): Step {
    const { identity, fence, durations } = this.#options;
    return nextStep({ identity, seen: this.#seen, renewedAt: fence.renewedAt }, this.#now(), durations);
  }

  async #hold(): Promise<void> {
    const { leases, identity, durations, fence } = this.#options;
    // Others may see the Lease from now on at the earliest: the time counts from here.
    const now = this.#now();
    const before = this.#lease && specOf(this.#lease);
    this.#lease = await leases.write(this.#lease, held(before, identity, now, durations));
    this.#seen = sight(this.#seen, specOf(this.#lease), now);
    fence.renewed(now);
    this.#tell();
  }

  #tell(): void {
    const holder = this.#seen?.spec.holderIdentity ?? '';
    if (holder === this.#told) return;
    this.#told = holder;
    this.#options.follows(holder);
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonic: clock.now(), wall: clock.date() };
  }
}
