import { Queue } from '../../../operator/queue.ts';
import { type Again, work } from '../../../operator/workers.ts';
import type { Cluster } from './cluster.ts';
import { costs } from './costs.ts';
import { Server } from './server.ts';

/** As many as `operator/run.ts` has. */
const workers = 32;

/** A replica of the operator: the real queue and its workers, on one thread of a processor. */
export class Replica {
  /** Milliseconds that each key waited in the queue, of nodes that nothing was done for yet, and of all others. */
  readonly waits = { fresh: [] as number[], begun: [] as number[] };
  readonly thread: Server;
  readonly #cluster: Cluster;
  readonly #queue: Queue;
  /** When each key that waits was asked for. */
  readonly #asked = new Map<string, number>();

  /** @param reconcile what is done with a key. @param isBegun whether something was before. */
  constructor(
    cluster: Cluster,
    reconcile: (key: string, replica: Replica) => Promise<Again>,
    isBegun: (key: string) => boolean,
  ) {
    const { clock } = cluster;
    this.#cluster = cluster;
    this.thread = new Server(clock, 1);
    this.#queue = new Queue({ now: () => clock.now, after: clock.after, observe: () => {} });
    const one = (key: string) => {
      this.waits[isBegun(key) ? 'begun' : 'fresh'].push(clock.now - (this.#asked.get(key) ?? clock.now));
      this.#asked.delete(key);
      return reconcile(key, this);
    };
    void work(this.#queue, workers, one, (_, error) => {
      throw error;
    });
  }

  /** A key is to be worked, as somebody is told at once: by an answer, or a list. */
  add(key: string): void {
    if (!this.#asked.has(key)) this.#asked.set(key, this.#cluster.clock.now);
    this.#queue.add(key);
  }

  /** So many changes are heard of, the last of which is to be worked. */
  hear(key: string): void {
    void this.thread.use(costs.change).then(() => this.add(key));
  }

  /** Asks the API server. */
  async request(): Promise<void> {
    await this.thread.use(costs.request);
    await this.#cluster.request();
  }

  /** Tells Events, for which nobody waits. */
  tell(events: number): void {
    this.thread.charge(events * costs.request);
    this.#cluster.load(events);
  }
}
