import { shardOf } from '../core/shards.ts';

/** What of all namespaces this replica works: those of the shards that it has taken over. */
export class Share {
  readonly #count: number;
  readonly #worked = new Set<number>();
  readonly #awaited = new Set<number>();
  readonly #takeOver: (open: () => void) => Promise<void>;
  #taking: Promise<void> | undefined;

  /** @param takeOver sees what is there as it is now, calls back, and begins to work what is new. */
  constructor(count: number, takeOver: (open: () => void) => Promise<void>) {
    [this.#count, this.#takeOver] = [count, takeOver];
  }

  /** Whether it works any. */
  get isAny(): boolean {
    return this.#worked.size > 0;
  }

  /** @param namespace absent for what has none, which goes with `default`, where its Events are. */
  readonly has = (namespace = ''): boolean => this.#worked.has(shardOf(namespace || 'default', this.#count));

  /** Takes a shard over, and with it others that come meanwhile. @returns once all are. */
  take(shard: number): Promise<void> {
    this.#awaited.add(shard);
    this.#taking ??= this.#takeAll().finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  /** A shard is worked no more. */
  drop(shard: number): void {
    this.#worked.delete(shard);
    this.#awaited.delete(shard);
  }

  /** What comes after a look began is not seen by it. */
  async #takeAll(): Promise<void> {
    while (this.#awaited.size > 0) {
      const taken = new Set(this.#awaited);
      await this.#takeOver(() => {
        for (const shard of taken) if (this.#awaited.delete(shard)) this.#worked.add(shard);
      });
    }
  }
}
