import { type Client, type ClientOptions, openCluster } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import { apiVersionOf, leases } from '../../cluster/resource.ts';
import { create, merge, patch, type Sent, update } from '../../cluster/write.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { type Durations, type LeaseSpec, type Moment, microTime } from '../../core/leader-election.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { shardLease } from '../../core/shards.ts';
import { fieldManager } from '../objects.ts';

/** That of the controller before: while both are deployed, one of them works. */
export const leaseName = 'bc1f5b0a.sei.io';

/** One Lease, as an election reads and writes it. Both throw where it cannot be done. */
export type Leases = {
  /** Undefined where there is none. */
  readonly read: () => Promise<Fields | undefined>;
  /** Writes the spec, if the Lease is still the one given; creates it where none is given. @returns it as it is then. */
  readonly write: (before: Fields | undefined, spec: LeaseSpec) => Promise<Fields>;
};

/** One that several hold together. */
export type RenewableLeases = Leases & {
  /** Renews the Lease, whatever else has changed of it. @returns false where somebody else holds it, or there is none. */
  readonly renew: (holder: string, now: Moment) => Promise<boolean>;
};

/** The operator's Lease in a namespace. */
export function leasesOf(client: Client, namespace: string): RenewableLeases {
  const target = { resource: leases, namespace, name: leaseName };
  return {
    renew: (holder, now) => renew(client, target, holder, now),
    read: () => getIfThere(client, { verb: 'get', ...target }),
    write: (before, spec) => write(client, target, before, spec),
  };
}

/** The Leases of shards, as a replica reads and writes them. Each throws where it cannot be done. */
export type ShardLeases = {
  /** Those that there are, by shard. */
  readonly list: () => Promise<ReadonlyMap<number, Fields>>;
  /** As `Leases.write`; who asked for it has it, or asks anew. */
  readonly take: (shard: number, before: Fields | undefined, spec: LeaseSpec) => Promise<Fields>;
  /** As `RenewableLeases.renew`. */
  readonly renew: (shard: number, holder: string, now: Moment) => Promise<boolean>;
  /** Writes the spec, whatever others ask, if it was not taken once more since. @returns it as it is then. */
  readonly release: (shard: number, holder: string, spec: LeaseSpec) => Promise<Fields>;
  /** Says who asks its holder for it. @param who undefined for nobody. @returns it as it is then. */
  readonly ask: (shard: number, who: string | undefined) => Promise<Fields>;
};

/** The Leases of so many shards, beside the operator's. */
export function shardLeasesOf(client: Client, namespace: string, count: number): ShardLeases {
  const names = Array.from({ length: count }, (_, shard) => shardLease(leaseName, shard, count));
  const targetOf = (shard: number) => ({ resource: leases, namespace, name: names[shard]! });
  return {
    list: async () => {
      const { items } = await listAll(client, { resource: leases, namespace });
      const byName = new Map(items.map(item => [(item as KubernetesObject).metadata.name, item as Fields]));
      return new Map(
        names.flatMap((name, shard) => {
          const lease = byName.get(name);
          return lease === undefined ? [] : [[shard, lease] as const];
        }),
      );
    },
    take: (shard, before, spec) => {
      const { [asking]: _, ...annotations } = annotationsOf(before);
      return write(client, targetOf(shard), before, spec, { annotations });
    },
    renew: (shard, holder, now) => renew(client, targetOf(shard), holder, now),
    release: (shard, holder, spec) => {
      const fields = Object.entries(spec).map(([field, value]) => ({
        op: 'add',
        path: `/spec/${field}`,
        value,
      }));
      // What comes late must not release what was taken once more.
      const since = { op: 'test', path: '/spec/leaseTransitions', value: spec.leaseTransitions };
      return patch(client, targetOf(shard), [heldBy(holder), since, ...fields], fieldManager);
    },
    ask: (shard, who: string | null = null) =>
      merge(client, targetOf(shard), { metadata: { annotations: { [asking]: who } } }, fieldManager),
  };
}

/** `preferredHolder` would say it, but an API server without the gate CoordinatedLeaderElection drops that. */
const asking = 'seinode.sei.io/asked-by';

/** Who asks the holder of a Lease for it. */
export function askedBy(lease: Fields | undefined): string | undefined {
  return annotationsOf(lease)[asking];
}

function annotationsOf(lease: Fields | undefined): Readonly<Record<string, string>> {
  const { annotations } = (lease?.metadata ?? {}) as { annotations?: Readonly<Record<string, string>> };
  return annotations ?? {};
}

type Target = { readonly resource: typeof leases; readonly namespace: string; readonly name: string };

function heldBy(holder: string): Fields {
  return { op: 'test', path: '/spec/holderIdentity', value: holder };
}

/** No other renewal, and nobody who asks, is a Conflict. */
async function renew(client: Client, target: Target, holder: string, now: Moment): Promise<boolean> {
  const operations = [heldBy(holder), { op: 'replace', path: '/spec/renewTime', value: microTime(now.wall) }];
  try {
    await patch(client, target, operations, fieldManager);
    return true;
  } catch (error) {
    if (error instanceof ClusterError && [404, 422].includes(error.fault.status ?? 0)) return false;
    throw error;
  }
}

/** What others keep in it stays. */
function write(
  client: Client,
  target: Target,
  before: Fields | undefined,
  spec: LeaseSpec,
  metadata: Fields = {},
): Promise<Fields> {
  const { namespace, name } = target;
  const named = { apiVersion: apiVersionOf(leases), kind: leases.kind };
  const object: Sent = { ...before, ...named, spec: { ...specOf(before), ...spec } };
  return before === undefined
    ? create(client, target, { ...object, metadata: { name, namespace, ...metadata } }, fieldManager)
    : update(
        client,
        target,
        { ...object, metadata: { ...(before.metadata as Fields), ...metadata } },
        fieldManager,
      );
}

/** What a Lease says; what is none says nothing. */
export function specOf(lease: Fields | undefined): LeaseSpec {
  return isFields(lease?.spec) ? lease.spec : {};
}

/**
 * A client of the election's own: its requests neither wait for the connections of others nor longer than half the renew
 * deadline, as in controller-runtime, and it is not fenced.
 *
 * @throws ClusterError as `openCluster` does.
 */
export function openElectionClient(
  { fence: _, ...options }: ClientOptions,
  environment: NodeJS.ProcessEnv,
  { renewDeadline }: Durations,
): Client {
  return openCluster({ ...options, requestTimeout: renewDeadline / 2, retries: 0 }, environment);
}
