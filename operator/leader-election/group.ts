import { ClusterError } from '../../cluster/error.ts';
import { held, type Moment, nextStep, type Sighting, type Step, sight } from '../../core/leader-election.ts';
import type { Candidate, ElectionOptions } from './elect.ts';
import { specOf } from './leases.ts';

/**
 * One of a group that holds the Lease of all operators together, each of its replicas some of the shards. Whoever of them
 * sees that it was not renewed for a while renews it. Nobody releases it: another may be about to write.
 */
export class Member implements Candidate {
  readonly #options: ElectionOptions;
  #seen: Sighting | undefined;
  /** When that was asked for which the Lease was last seen by. */
  #askedAt: Moment | undefined;
  #told: string | undefined;

  /** @param options its `identity` is the group's. */
  constructor(options: ElectionOptions) {
    this.#options = options;
  }

  async step(): Promise<Step> {
    const { fence, signal } = this.#options;
    const step = await this.#trying();
    // What hung has cost half the time that there is.
    const again = step === undefined && fence.isHolding() && !signal.aborted;
    return (again ? await this.#trying() : step) ?? (fence.isHolding() ? 'renew' : 'wait');
  }

  async #trying(): Promise<Step | undefined> {
    try {
      return await this.#try();
    } catch (error) {
      // Another of the group, most likely, has renewed it: another look tells.
      if (!(error instanceof ClusterError) || error.fault.status !== 409) this.#options.failed(error);
      return undefined;
    }
  }

  async release(): Promise<void> {
    this.#options.fence.end('nothing is written any more: this replica has left its group');
  }

  async #try(): Promise<Step> {
    const { leases, identity, durations, fence } = this.#options;
    const askedAt = this.#now();
    const lease = await leases.read();
    this.#see(lease && specOf(lease), askedAt);
    const [now, { renewedAt }] = [this.#now(), fence];
    const step = nextStep({ identity, seen: this.#seen, renewedAt }, now, durations);
    if (step === 'acquire' || (step === 'renew' && this.#isDue(now))) {
      const written = await leases.write(lease, held(lease && specOf(lease), identity, now, durations));
      fence.renewed(now);
      this.#see(specOf(written), now);
    }
    if (step === 'lost' && fence.isHolding()) {
      fence.end('nothing is written any more: another operator holds the Lease');
    }
    return step;
  }

  /** What another of the group has renewed is so from the look before at the earliest: those outside count from when they saw it. */
  #see(spec: Sighting['spec'] | undefined, askedAt: Moment): void {
    const { identity, fence, follows } = this.#options;
    const [before, lookedAt] = [this.#seen, this.#askedAt];
    this.#seen = spec && sight(before, spec, this.#now());
    this.#askedAt = askedAt;
    const holder = spec?.holderIdentity ?? '';
    const isRenewed = holder === identity && before !== undefined && this.#seen !== before;
    const { renewedAt } = fence;
    if (isRenewed && renewedAt && lookedAt && lookedAt.monotonic > renewedAt.monotonic) {
      fence.renewed(lookedAt);
    }
    if (holder !== this.#told) follows(holder);
    this.#told = holder;
  }

  /** Where others renew it this one need not, unless what it knows of is long ago. */
  #isDue(now: Moment): boolean {
    const { durations, fence } = this.#options;
    const known = now.monotonic - (fence.renewedAt?.monotonic ?? 0);
    const seen = now.monotonic - (this.#seen?.since ?? 0);
    return seen >= durations.retryPeriod || known >= durations.renewDeadline / 2;
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonic: clock.now(), wall: clock.date() };
  }
}
