import { seeded } from '../../core/x509/random.ts';
import { centile } from '../statistics.ts';
import { Cluster, type ClusterOptions } from './cluster.ts';
import { costs } from './costs.ts';
import { type Change, Fleet } from './fleet.ts';
import { Replica } from './replica.ts';
import { fairShares, namespacesOf, replicasOf, skew } from './share.ts';

export type Case = Partial<ClusterOptions> & {
  readonly change: Change;
  readonly nodes: number;
  readonly replicas: number;
  /** Three for each replica where it is not said, as the manifests have it; 1 for one alone. */
  readonly shards?: number;
  /** One for every ten nodes where it is not said. */
  readonly namespaces?: number;
  /** The part of all nodes that is in one namespace. */
  readonly inFirst?: number;
  readonly seed?: number;
};

export type Outcome = {
  readonly done: number;
  /** Nodes that more than one replica reconciled. */
  readonly shared: number;
  /** From the first write, or the start of the operator, to the last node done. */
  readonly seconds: number;
  readonly reconciles: number;
  /** Seconds in the work queue that 99 of 100 keys do not exceed, of nodes that nothing was done for, and of others. */
  readonly queued: { readonly fresh: number; readonly begun: number };
  /** Nodes of the replica with the most, over those of a fair share. */
  readonly skew: number;
  /** The part of the time for which each was at work: what is near to 1 is what all wait for. */
  readonly busy: { readonly server: number; readonly controller: number; readonly replica: number };
};

/** Simulates what is done with every node of one cluster. The same case has the same outcome. */
export async function simulate(of: Case): Promise<Outcome> {
  const { change, nodes, replicas: count, seed = 1 } = of;
  const random = seeded(seed);
  const chance = () => random.below(1_000) / 1_000;
  const namespaces = namespacesOf(nodes, of.namespaces ?? Math.ceil(nodes / 10), of.inFirst);
  const owners = replicasOf(
    namespaces,
    fairShares(count, of.shards ?? (count === 1 ? 1 : 3 * count), chance),
  );
  const keys = namespaces.map((namespace, index) => `${namespace}/${index}`);
  const { serverCores = costs.serverCores, controllerQPS = costs.controllerQPS } = of;
  const owner = (index: number) => replicas[owners[index]!]!;
  const cluster = new Cluster({ serverCores, controllerQPS }, chance, (index, changes) => {
    // Each replica follows all of the cluster.
    for (const replica of replicas) replica.thread.charge((changes - 1) * costs.change);
    for (const replica of replicas) if (replica !== owner(index)) replica.thread.charge(costs.change);
    owner(index).hear(keys[index]!);
  });
  const fleet = new Fleet(change, cluster, key => owner(Number(key.split('/')[1])).add(key));
  const replicas = Array.from({ length: count }, () => new Replica(cluster, fleet.reconcile, fleet.isBegun));
  if (change === 'start') for (const replica of replicas) void begin(replica, nodes);
  else void cluster.each(nodes, index => cluster.heard(index, 1));
  await cluster.clock.run();
  // What was heard of late is worked off after the last node is done.
  const ended = cluster.clock.now;
  const worst = (which: 'fresh' | 'begun') =>
    centile(
      replicas.flatMap(({ waits }) => waits[which]),
      0.99,
    ) / 1000;
  return {
    done: fleet.done.size,
    shared: fleet.workedBy
      .values()
      .filter(({ size }) => size > 1)
      .toArray().length,
    seconds: (fleet.done.values().toArray().at(-1) ?? Number.NaN) / 1000,
    reconciles: fleet.reconciles / nodes,
    queued: { fresh: worst('fresh'), begun: worst('begun') },
    skew: skew(owners, count),
    busy: {
      server: cluster.server.busy / ended / serverCores,
      controller: cluster.controller.busy / ended,
      replica: Math.max(...replicas.map(({ thread }) => thread.busy)) / ended,
    },
  };

  /** Lists twice all there is, then adds what is its own. */
  async function begin(replica: Replica, nodes: number): Promise<void> {
    await replica.thread.use(nodes * costs.list);
    for (const [index, key] of keys.entries()) if (owner(index) === replica) replica.add(key);
  }
}
