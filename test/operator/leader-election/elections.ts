import { durations } from '../../../core/leader-election.ts';
import type { Fields } from '../../../core/schema/structural.ts';
import { elect } from '../../../operator/leader-election/elect.ts';
import { Fence } from '../../../operator/leader-election/fence.ts';
import type { Leases } from '../../../operator/leader-election/leases.ts';
import type { VirtualClock } from '../../virtual-clock.ts';

/** What becomes of a request: how long it takes either way, and whether it or its answer is lost. */
export type Fate = {
  readonly there: number;
  readonly back: number;
  readonly lost: 'no' | 'request' | 'answer';
};

/** The Lease of an API server in small: each write under the version that was read. */
export class LeaseServer {
  lease: Fields | undefined;
  isAway = false;
  #version = 0;
  readonly #clock: VirtualClock;
  readonly #fates: Fate[];

  constructor(clock: VirtualClock, fates: readonly Fate[] = []) {
    this.#clock = clock;
    this.#fates = [...fates];
  }

  /** The way of one replica to it. @param isCut whether nothing gets through it now. */
  leasesOver(isCut: () => boolean): Leases {
    return {
      read: () => this.#request(isCut, () => this.lease),
      write: (before, spec) =>
        this.#request(isCut, () => {
          if (before?.version !== this.lease?.version) throw new Error('Conflict');
          this.#version += 1;
          this.lease = { version: this.#version, spec };
          return this.lease;
        }),
    };
  }

  /** From now on every request is answered. */
  recover(): void {
    this.isAway = false;
    this.#fates.length = 0;
  }

  async #request<T>(isCut: () => boolean, serve: () => T): Promise<T> {
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
    const own = {
      now: () => clock.now + monotonicOffset,
      after: clock.after,
      date: () => clock.now + this.wallOffset,
    };
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
