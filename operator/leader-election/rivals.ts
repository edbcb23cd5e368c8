import type { Client } from '../../cluster/client.ts';
import { listAll } from '../../cluster/list.ts';
import { leases } from '../../cluster/resource.ts';
import { type Durations, type Sighting, sight } from '../../core/leader-election.ts';
import type { OperatorLease } from '../../core/led-between.ts';
import { rivalOf, type SeenLease } from '../../core/rivals.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { fieldManager } from '../objects.ts';
import type { ElectionClock } from './fence.ts';
import { leaseName } from './leases.ts';

/** Every Lease by which an operator may lead, in whatever namespace. @throws ClusterError */
export async function operatorLeases(client: Client): Promise<readonly OperatorLease[]> {
  const { items } = await listAll(
    client,
    { resource: leases },
    { fieldSelector: `metadata.name=${leaseName}` },
  );
  return items as readonly (Fields & OperatorLease)[];
}

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
    const items = await operatorLeases(this.#client);
    const now = { monotonic: this.#clock.now(), wall: this.#clock.date() };
    const found = items.map(item => this.#sighted(item, now));
    this.#seen = new Map(found.map(({ metadata, seen }) => [metadata.namespace, seen]));
    const rival = rivalOf(found, this.#client.namespace, fieldManager, now, this.#durations);
    return rival && `${rival.spec?.holderIdentity} by Lease ${rival.metadata.namespace}/${leaseName}`;
  }

  #sighted(lease: OperatorLease, now: Parameters<typeof sight>[2]): SeenLease {
    return { ...lease, seen: sight(this.#seen.get(lease.metadata.namespace), lease.spec ?? {}, now) };
  }
}
