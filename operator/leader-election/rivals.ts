import type { Client } from '../../cluster/client.ts';
import { listAll } from '../../cluster/list.ts';
import { leases } from '../../cluster/resource.ts';
import { type Durations, type Sighting, sight } from '../../core/leader-election.ts';
import { rivalOf, type SeenLease } from '../../core/rivals.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { fieldManager } from '../objects.ts';
import type { ElectionClock } from './fence.ts';
import { leaseName, specOf } from './leases.ts';

/** Whoever leads by a Lease of the same name in another namespace. */
export class Rivals {
  readonly #client: Client;
  readonly #clock: ElectionClock;
  readonly #durations: Durations;
  #seen = new Map<string, Sighting>();

  constructor(client: Client, clock: ElectionClock, durations: Durations) {
    [this.#client, this.#clock, this.#durations] = [client, clock, durations];
  }

  /** Looks at every Lease. @returns who must be let go on, undefined where nobody is. @throws ClusterError */
  async look(): Promise<string | undefined> {
    const query = { fieldSelector: `metadata.name=${leaseName}` };
    const { items } = await listAll(this.#client, { resource: leases }, query);
    const now = { monotonic: this.#clock.now(), wall: this.#clock.date() };
    const found = items.map(item => this.#sighted(item as Fields & SeenLease, now));
    this.#seen = new Map(found.map(({ metadata, seen }) => [metadata.namespace, seen]));
    const rival = rivalOf(found, this.#client.namespace, fieldManager, now, this.#durations);
    return rival && `${rival.spec?.holderIdentity} by Lease ${rival.metadata.namespace}/${leaseName}`;
  }

  #sighted(lease: Fields & SeenLease, now: Parameters<typeof sight>[2]): SeenLease {
    return { ...lease, seen: sight(this.#seen.get(lease.metadata.namespace), specOf(lease), now) };
  }
}
