import { VirtualClock } from '../../virtual-clock.ts';
import { costs } from './costs.ts';
import { Server } from './server.ts';

/** What a cluster is told that is simulated. */
export type ClusterOptions = { readonly serverCores: number; readonly controllerQPS: number };

/** A control plane in small: what a request costs it, who hears of a change, and pods that come up. Nothing is stored. */
export class Cluster {
  readonly clock = new VirtualClock();
  readonly server: Server;
  /** What the StatefulSet controller may send. */
  readonly controller: Server;
  readonly #options: ClusterOptions;
  readonly #random: () => number;
  /** Told of changes that come of a node, and how many. */
  readonly #changed: (node: number, count: number) => void;

  /** @param random makes times differ. */
  constructor(options: ClusterOptions, random: () => number, changed: Cluster['heard']) {
    [this.#options, this.#random, this.#changed] = [options, random, changed];
    this.server = new Server(this.clock, options.serverCores);
    this.controller = new Server(this.clock, 1);
  }

  heard(node: number, count: number): void {
    this.#changed(node, count);
  }

  /** A read or a write. */
  request(): Promise<void> {
    return this.server.use(costs.serverRequest * (0.5 + this.#random()));
  }

  /** The same of so many for which nobody waits. */
  load(requests: number): void {
    for (let sent = 0; sent < requests; sent += 1) this.server.charge(costs.serverRequest);
  }

  /** Does the same with each node, so many at once, as people and issuers do. */
  async each(nodes: number, ask: (node: number) => void): Promise<void> {
    let next = 0;
    await Promise.all(
      Array.from({ length: costs.writers }, async () => {
        for (let node = next++; node < nodes; node = next++) {
          await this.request();
          ask(node);
        }
      }),
    );
  }

  /** A pod is made, or made anew, by all who have a part in it. @returns once its sidecar can be asked. */
  async pod(node: number, why: 'create' | 'update'): Promise<void> {
    const writes = costs.podWrites[why];
    await this.controller.use((writes * 1000) / this.#options.controllerQPS);
    this.load(costs.others[why] - 1);
    await this.request();
    this.heard(node, costs.changes[why]);
    await this.clock.sleep(costs.podStart * (0.5 + this.#random()));
  }
}
