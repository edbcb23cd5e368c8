import { ClusterError } from '../../cluster/error.ts';
import { held, type Moment, nextStep, type Sighting, type Step, sight } from '../../core/leader-election.ts';
import type { Candidate, ElectionOptions } from './elect.ts';
import { type RenewableLeases, specOf } from './leases.ts';

/**
 * One of a group that holds the Lease of all operators together, each of its replicas some of the shards. Everyone renews it,
 * and nobody releases it: another may be about to write.
 */
export class Member implements Candidate {
  readonly #options: ElectionOptions & { readonly leases: RenewableLeases };
  #seen: Sighting | undefined;
  #told: string | undefined;

  /** @param options its `identity` is the group's. */
  constructor(options: ElectionOptions & { readonly leases: RenewableLeases }) {
    this.#options = options;
  }

  async step(): Promise<Step> {
    const { fence, signal } = this.#options;
    const step = await this.#trying();
    // What hung has cost half the time that there is.
    const again = step === undefined && fence.isHolding() && !signal.aborted;
    return (again ? await this.#trying() : step) ?? (fence.isHolding() ? 'renew' : 'wait');
  }

  async release(): Promise<void> {
    this.#options.fence.end('nothing is written any more: this replica has left its group');
  }

  async #trying(): Promise<Step | undefined> {
    try {
      return await this.#try();
    } catch (error) {
      // Another of the group, most likely, came first: another look tells.
      if (!(error instanceof ClusterError) || error.fault.status !== 409) this.#options.failed(error);
      return undefined;
    }
  }

  async #try(): Promise<Step> {
    const { leases, identity, durations, fence } = this.#options;
    if (fence.isHolding() && (await this.#renew())) return 'renew';
    const lease = await leases.read();
    const spec = lease && specOf(lease);
    this.#see(spec);
    const [now, { renewedAt }] = [this.#now(), fence];
    const step = nextStep({ identity, seen: this.#seen, renewedAt }, now, durations);
    if (step === 'lost' && fence.isHolding()) {
      fence.end('nothing is written any more: another operator holds the Lease');
    }
    if (step === 'lost' || step === 'wait') return step;
    if (spec?.holderIdentity === identity) await this.#renew();
    else {
      this.#see(specOf(await leases.write(lease, held(spec, identity, now, durations))));
      fence.renewed(now);
    }
    return step;
  }

  async #renew(): Promise<boolean> {
    const { leases, identity, fence } = this.#options;
    // Others may see the Lease from now on at the earliest: the time counts from here.
    const now = this.#now();
    const isRenewed = await leases.renew(identity, now);
    if (isRenewed) fence.renewed(now);
    return isRenewed;
  }

  #see(spec: Sighting['spec'] | undefined): void {
    this.#seen = spec && sight(this.#seen, spec, this.#now());
    const holder = spec?.holderIdentity ?? '';
    if (holder !== this.#told) this.#options.follows(holder);
    this.#told = holder;
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonic: clock.now(), wall: clock.date() };
  }
}
