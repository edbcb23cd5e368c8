import { ClusterError } from '../../cluster/error.ts';
import { expiredFor, held, type Moment, released, type Sighting, sight } from '../../core/leader-election.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { countsOf, isJust, type Move, nextMove, type Shard } from '../../core/shards.ts';
import type { ElectionOptions } from './elect.ts';
import { Fence } from './fence.ts';
import { askedBy, type ShardLeases, specOf } from './leases.ts';
import type { ShardFence } from './shard-fence.ts';

export type ShardsOptions = Omit<ElectionOptions, 'leases' | 'fence' | 'started' | 'follows'> & {
  readonly leases: ShardLeases;
  /** The group leads. */
  readonly fence: ShardFence;
  /** From then on nothing is taken or given any more: all that is held comes to its end. */
  readonly stop: AbortSignal;
  /** Told of a shard that is held from now on. */
  readonly gained: (shard: number) => void;
  /** Told of a shard that is to be given away. @returns once nothing of it is worked any more. */
  readonly giving: (shard: number) => Promise<void>;
};

/** At most so many milliseconds pass from one shard that was taken to the next. */
const quick = 250;

/** Takes shards, keeps them, asks for more and gives some away (`nextMove`), until the signal or until the fence is closed. */
export async function holdShards(options: ShardsOptions): Promise<void> {
  const { fence, signal, wait } = options;
  const shards = new Shards(options);
  const over = AbortSignal.any([signal, fence.signal]);
  const repeat = async (step: () => Promise<number>) => {
    while (!over.aborted) await wait(await step(), over);
  };
  // What is held is renewed in time however long a move takes.
  await Promise.all([repeat(() => shards.renew()), repeat(() => shards.move())]);
  await shards.release();
}

class Shards {
  readonly #options: ShardsOptions;
  #leases = new Map<number, Fields>();
  #seen: Sighting[] = [];
  /** Those that are being given away: to whom, and whether nothing of them is worked any more. */
  readonly #leaving = new Map<number, { readonly to: string; isDone: boolean }>();
  /** Those of which a write had no answer: where it was done, nobody else can hold them. */
  readonly #unsure = new Set<number>();

  constructor(options: ShardsOptions) {
    this.#options = options;
  }

  /** Renews what is held. @returns milliseconds until it is to be renewed again. */
  async renew(): Promise<number> {
    const { fence, durations } = this.#options;
    const renewed = await Promise.all(fence.shards.map(shard => this.#trying(() => this.#renew(shard))));
    // What hung has cost half the time that there is.
    return renewed.every(Boolean) ? durations.retryPeriod : 2 * quick;
  }

  /** Answers who asks, and makes one move. @returns milliseconds until the next. */
  async move(): Promise<number> {
    const { fence, random, identity, stop } = this.#options;
    const moved = await this.#trying(async () => {
      await this.#look();
      const shards = this.#shards();
      for (const shard of fence.shards) await this.#answer(shards[shard]!, shards);
      return stop.aborted ? 'still' : this.#make(nextMove(identity, this.#shards(), random()));
    });
    return moved === 'still' ? this.#pause() : quick * (moved === undefined ? 2 : random());
  }

  /** Lets go of all that is held: it is closed before. */
  async release(): Promise<void> {
    const held = this.#options.fence.shards;
    if (held.length === 0 || this.#options.fence.signal.aborted) return;
    for (const shard of held) this.#options.fence.close(shard);
    await this.#trying(() => this.#look());
    await Promise.all(held.map(shard => this.#trying(() => this.#letGo(shard))));
  }

  async #look(): Promise<void> {
    const { leases, fence, identity } = this.#options;
    this.#leases = new Map(await leases.list());
    for (const shard of this.#unsure) {
      if (specOf(this.#leases.get(shard)).holderIdentity !== identity) this.#unsure.delete(shard);
    }
    const now = this.#now();
    this.#seen = Array.from({ length: fence.count }, (_, shard) =>
      sight(this.#seen[shard], specOf(this.#leases.get(shard)), now),
    );
  }

  /** As long as ever, but no longer than the next Lease lasts that is not renewed. */
  #pause(): number {
    const { durations, identity, random } = this.#options;
    const [now, { retryPeriod }] = [this.#now(), durations];
    const left = this.#seen
      .filter(
        ({ spec: { holderIdentity = identity } }) => holderIdentity !== identity && holderIdentity !== '',
      )
      .map(seen => -expiredFor(seen, now, durations))
      .filter(each => each > 0);
    return Math.min(retryPeriod, ...left.map(each => each + (quick * random()) / 2));
  }

  #shards(): Shard[] {
    return this.#seen.map((seen, index) => {
      const leaving = this.#leaving.get(index);
      if (leaving !== undefined) return { index, holder: leaving.to, freeFor: 0, askedBy: undefined };
      return { index, ...this.#holderOf(index, seen), askedBy: askedBy(this.#leases.get(index)) };
    });
  }

  #holderOf(index: number, seen: Sighting): Pick<Shard, 'holder' | 'freeFor'> {
    const { identity, durations, fence } = this.#options;
    const { holderIdentity = '' } = seen.spec;
    if (fence.of(index) !== undefined) return { holder: identity, freeFor: 0 };
    const isOurs = holderIdentity === identity;
    if (isOurs && this.#unsure.has(index)) return { holder: undefined, freeFor: Number.POSITIVE_INFINITY };
    const now = this.#now();
    if (holderIdentity === '') return { holder: undefined, freeFor: now.monotonic - seen.since };
    const freeFor = expiredFor(seen, now, durations);
    // Where etcd was restored it is a former holding, and another may still believe that it holds it.
    const holder = isOurs ? `${identity} before` : holderIdentity;
    return { holder: freeFor >= 0 ? undefined : holder, freeFor };
  }

  async #renew(shard: number): Promise<boolean> {
    const { fence, leases, identity } = this.#options;
    // Others may see the Lease from now on at the earliest: the time counts from here.
    const now = this.#now();
    const open = fence.of(shard);
    if (await leases.renew(shard, identity, now)) open?.renewed(now);
    else open?.end('nothing is written any more: another replica holds the Lease of a shard');
    return true;
  }

  /** Lets go of a shard that is worked no more, and refuses who asks for one without a reason. */
  async #answer(shard: Shard, shards: readonly Shard[]): Promise<void> {
    const { identity, fence, leases } = this.#options;
    const { index } = shard;
    const leaving = this.#leaving.get(index);
    if (leaving?.isDone) {
      fence.close(index);
      this.#leaving.delete(index);
      await this.#letGo(index);
    } else if (leaving === undefined && shard.askedBy && !isJust(identity, shard, countsOf(shards))) {
      this.#know(index, await leases.ask(index, undefined));
    }
  }

  async #make({ kind, ...move }: Move): Promise<'moved' | 'still'> {
    const { gained, giving, fence, identity, leases } = this.#options;
    if (!('shard' in move) || !fence.group.isHolding()) return 'still';
    const { shard } = move;
    if (kind === 'ask') this.#know(shard, await leases.ask(shard, identity));
    if (kind === 'give') {
      const leaving = { to: askedBy(this.#leases.get(shard))!, isDone: false };
      this.#leaving.set(shard, leaving);
      void giving(shard).then(() => {
        leaving.isDone = true;
      });
    }
    if (kind !== 'take') return 'still';
    await this.#take(shard);
    gained(shard);
    return 'moved';
  }

  async #take(shard: number): Promise<void> {
    const { identity, durations, fence, clock, leases } = this.#options;
    const now = this.#now();
    const lease = this.#leases.get(shard);
    // Each taking is counted, also of what was one's own before.
    const spec = held(lease && { ...specOf(lease), holderIdentity: '' }, identity, now, durations);
    this.#unsure.add(shard);
    this.#know(shard, await leases.take(shard, lease, spec));
    this.#unsure.delete(shard);
    const open = new Fence(clock, durations.renewDeadline);
    open.renewed(now);
    fence.open(shard, open);
  }

  /** Who asked for it has it first. */
  async #letGo(shard: number): Promise<void> {
    const { identity, leases } = this.#options;
    const spec = released(specOf(this.#leases.get(shard)), this.#now());
    this.#unsure.add(shard);
    this.#know(shard, await leases.release(shard, identity, spec));
    this.#unsure.delete(shard);
  }

  #know(shard: number, lease: Fields): void {
    this.#leases.set(shard, lease);
    this.#seen[shard] = sight(this.#seen[shard], specOf(lease), this.#now());
  }

  async #trying<T>(doing: () => Promise<T>): Promise<T | undefined> {
    try {
      return await doing();
    } catch (error) {
      // Somebody else came first: the next look tells who.
      const isMet = error instanceof ClusterError && error.fault.status === 409;
      if (!isMet) this.#options.failed(error);
      return undefined;
    }
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonic: clock.now(), wall: clock.date() };
  }
}
