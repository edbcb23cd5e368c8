import type { WriteFence } from '../../cluster/client.ts';
import { shardOf } from '../../core/shards.ts';
import { type Fence, NotLeading } from './fence.ts';

/** What every write of a replica passes that works some of the shards: open while its group leads and the namespace's shard is held. */
export class ShardFence implements WriteFence {
  readonly count: number;
  /** Of the Lease of all operators. Where it ends, all ends. */
  readonly group: Fence;
  readonly #held = new Map<number, Fence>();

  constructor(group: Fence, count: number) {
    [this.group, this.count] = [group, count];
  }

  get signal(): AbortSignal {
    return this.group.signal;
  }

  /** The shards that are held. */
  get shards(): readonly number[] {
    return [...this.#held.keys()];
  }

  of(shard: number): Fence | undefined {
    return this.#held.get(shard);
  }

  /** Opens it for a shard. @param fence of its Lease; where that is not held any more, or not renewed in time, all ends. */
  open(shard: number, fence: Fence): void {
    this.#held.set(shard, fence);
    const lost = () => this.#held.get(shard) === fence && this.group.end(fence.signal.reason.message);
    // The answer to a taking may have come too late.
    if (fence.signal.aborted) lost();
    else fence.signal.addEventListener('abort', lost, { once: true });
  }

  /** Closes it for a shard. */
  close(shard: number): void {
    const fence = this.#held.get(shard);
    this.#held.delete(shard);
    fence?.end('nothing is written any more: this replica has given the shard away');
  }

  readonly isHolding = (namespace = ''): boolean => {
    const shard = this.#held.get(shardOf(namespace, this.count));
    return this.group.isHolding() && shard?.isHolding() === true;
  };

  readonly assertHolding = (namespace = ''): void => {
    this.group.assertHolding();
    if (!this.isHolding(namespace)) {
      throw new NotLeading(`nothing is written in ${namespace}: its shard is another replica's`);
    }
  };
}
