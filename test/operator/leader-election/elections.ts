import { ClusterError } from '../../../cluster/error.ts';
import { durations, type LeaseSpec, type Moment, microTime } from '../../../core/leader-election.ts';
import type { Fields } from '../../../core/schema/structural.ts';
import { elect } from '../../../operator/leader-election/elect.ts';
import { type ElectionClock, Fence } from '../../../operator/leader-election/fence.ts';
import { type RenewableLeases, specOf } from '../../../operator/leader-election/leases.ts';
import type { VirtualClock } from '../../virtual-clock.ts';

/** What becomes of a request: how long it takes either way, and whether it or its answer is lost. */
export type Fate = {
  readonly there: number;
  readonly back: number;
  readonly lost: 'no' | 'request' | 'answer';
};

/** The way to an API server in small, and back. */
export class Way {
  isAway = false;
  readonly #clock: VirtualClock;
  readonly #fates: Fate[];

  constructor(clock: VirtualClock, fates: readonly Fate[]) {
    this.#clock = clock;
    this.#fates = [...fates];
  }

  /** From now on every request is answered. */
  recover(): void {
    this.isAway = false;
    this.#fates.length = 0;
  }

  async request<T>(isCut: () => boolean, serve: () => T): Promise<T> {
    const { there, back, lost } = this.#fates.shift() ?? { there: 1, back: 1, lost: 'no' };
    await this.#clock.sleep(there);
    if (this.isAway || isCut() || lost === 'request') return this.#silence();
    const answer = serve();
    await this.#clock.sleep(back);
    return this.isAway || isCut() || lost === 'answer' ? this.#silence() : answer;
  }

  async #silence(): Promise<never> {
    await this.#clock.sleep(5000);
    throw new Error('no answer');
  }
}

/** The Lease of an API server in small: each write under the version that was read. */
export class LeaseServer {
  lease: Fields | undefined;
  readonly way: Way;
  #version = 0;

  constructor(clock: VirtualClock, fates: readonly Fate[] = []) {
    this.way = new Way(clock, fates);
  }

  set isAway(isAway: boolean) {
    this.way.isAway = isAway;
  }

  /** The way of one replica to it. @param isCut whether nothing gets through it now. */
  leasesOver(isCut: () => boolean): RenewableLeases {
    return {
      renew: (holder, now) => this.way.request(isCut, () => this.renew(holder, now)),
      read: () => this.way.request(isCut, () => this.lease),
      write: (before, spec) => this.way.request(isCut, () => this.put(before, spec)),
    };
  }

  renew(holder: string, { wall }: Moment): boolean {
    const spec = specOf(this.lease);
    if (spec.holderIdentity !== holder) return false;
    this.put(this.lease, { ...spec, renewTime: microTime(wall) }, this.lease?.metadata as Fields);
    return true;
  }

  /** @throws ClusterError where it is another by now. */
  put(before: Fields | undefined, spec: LeaseSpec, metadata: Fields = {}): Fields {
    if (before?.version !== this.lease?.version) throw new ClusterError('Conflict', { status: 409 });
    this.#version += 1;
    this.lease = { version: this.#version, metadata, spec };
    return this.lease;
  }
}

/** The clock of one replica: both of its own are as far off as they are. */
export function skewed(
  clock: VirtualClock,
  monotonicOffset: number,
  wallOffset: () => number,
): ElectionClock {
  return {
    now: () => clock.now + monotonicOffset,
    after: clock.after,
    date: () => clock.now + wallOffset(),
  };
}

/** One replica: its election, and what it told. */
export class Replica {
  readonly told: string[] = [];
  readonly over = new AbortController();
  readonly fence: Fence;
  readonly ended: Promise<string>;
  outcome: string | undefined;
  /** Whether nothing gets to the server from here. */
  isCut = false;
  wallOffset: number;

  constructor(
    clock: VirtualClock,
    identity: string,
    server: LeaseServer,
    { monotonicOffset = 0, wallOffset = 0, random = 0.5 } = {},
  ) {
    this.wallOffset = wallOffset;
    const own = skewed(clock, monotonicOffset, () => this.wallOffset);
    this.fence = new Fence(own, durations.renewDeadline);
    this.ended = elect({
      leases: server.leasesOver(() => this.isCut),
      identity,
      durations,
      fence: this.fence,
      clock: own,
      random: () => random,
      wait: clock.sleep,
      signal: this.over.signal,
      started: () => void this.told.push('started'),
      follows: holder => void this.told.push(`follows ${holder}`),
      failed: error => void this.told.push((error as Error).message),
    });
    this.ended.then(outcome => {
      this.outcome = outcome;
    });
  }
}
