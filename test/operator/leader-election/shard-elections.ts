import { ClusterError } from '../../../cluster/error.ts';
import { durations } from '../../../core/leader-election.ts';
import type { Fields } from '../../../core/schema/structural.ts';
import { groupOf } from '../../../core/shards.ts';
import { elect } from '../../../operator/leader-election/elect.ts';
import { Fence } from '../../../operator/leader-election/fence.ts';
import { Member } from '../../../operator/leader-election/group.ts';
import { type ShardLeases, specOf } from '../../../operator/leader-election/leases.ts';
import { ShardFence } from '../../../operator/leader-election/shard-fence.ts';
import { holdShards } from '../../../operator/leader-election/shards.ts';
import type { VirtualClock } from '../../virtual-clock.ts';
import { type Fate, LeaseServer, skewed } from './elections.ts';

/** The Leases of an API server in small: that of all operators, and those of shards by `SHARD of COUNT`. */
export class ShardServer extends LeaseServer {
  readonly #shards = new Map<string, LeaseServer>();
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock, fates: readonly Fate[] = []) {
    super(clock, fates);
    this.#clock = clock;
  }

  /** The way of one replica to the Leases of so many shards. */
  shardsOver(count: number, isCut: () => boolean): ShardLeases {
    const of = (shard: number) => this.of(shard, count);
    const all = Array.from({ length: count }, (_, shard) => shard);
    return {
      list: () =>
        this.way.request(isCut, () => {
          const found = all.map(shard => [shard, of(shard).lease] as const);
          return new Map(found.flatMap(([shard, lease]) => (lease ? [[shard, lease] as const] : [])));
        }),
      renew: (shard, holder, now) => this.way.request(isCut, () => of(shard).renew(holder, now)),
      take: (shard, before, spec) => this.way.request(isCut, () => of(shard).put(before, spec)),
      release: (shard, holder, spec) =>
        this.way.request(isCut, () => {
          const { lease } = of(shard);
          const { holderIdentity, leaseTransitions } = specOf(lease);
          const isHeld = holderIdentity === holder && leaseTransitions === spec.leaseTransitions;
          if (!isHeld) throw new ClusterError('Invalid', { status: 422 });
          return of(shard).put(lease, spec, lease?.metadata as Fields);
        }),
      ask: (shard, who) =>
        this.way.request(isCut, () => {
          const annotations = who === undefined ? {} : { 'seinode.sei.io/asked-by': who };
          return of(shard).put(of(shard).lease, specOf(of(shard).lease), { annotations });
        }),
    };
  }

  of(shard: number, count: number): LeaseServer {
    const name = `${shard} of ${count}`;
    const known = this.#shards.get(name) ?? new LeaseServer(this.#clock);
    this.#shards.set(name, known);
    return known;
  }
}

/** One replica that works shards. */
export class Sharer {
  readonly fence: ShardFence;
  readonly told: string[] = [];
  readonly ended: Promise<string>;
  outcome: string | undefined;
  /** Whether nothing gets to the server from here. */
  isCut = false;
  wallOffset: number;
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  #holding: Promise<void> = Promise.resolve();

  constructor(
    clock: VirtualClock,
    identity: string,
    server: ShardServer,
    count: number,
    { monotonicOffset = 0, wallOffset = 0, random = 0.5 } = {},
  ) {
    this.wallOffset = wallOffset;
    const own = skewed(clock, monotonicOffset, () => this.wallOffset);
    const group = new Fence(own, durations.renewDeadline);
    this.fence = new ShardFence(group, count);
    const isCut = () => this.isCut;
    const common = {
      ...{ durations, clock: own, random: () => random, wait: clock.sleep },
      failed: (error: unknown) => void this.told.push((error as Error).message),
    };
    const hold = () => {
      this.#holding = holdShards({
        ...{ ...common, identity, fence: this.fence, leases: server.shardsOver(count, isCut) },
        ...{ signal: this.#over.signal, stop: this.#stop.signal },
        gained: shard => void this.told.push(`gained ${shard}`),
        giving: async shard => {
          await clock.sleep(500);
          this.told.push(`gave ${shard}`);
        },
      });
    };
    const leaving = new AbortController();
    this.#over.signal.addEventListener('abort', () => void this.#holding.then(() => leaving.abort()));
    const options = {
      ...{ ...common, identity: groupOf(count), fence: group, leases: server.leasesOver(isCut) },
      ...{ signal: leaving.signal, started: hold, follows: () => {} },
    };
    this.ended = elect(options, new Member(options));
    this.ended.then(outcome => {
      this.outcome = outcome;
    });
  }

  get shards(): readonly number[] {
    return this.fence.shards.filter(shard => this.fence.of(shard)?.isHolding());
  }

  /** Ends it in order: nothing is worked any more. */
  stop(): void {
    this.#stop.abort();
    this.#over.abort();
  }
}
