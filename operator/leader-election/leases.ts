import { type Client, type ClientOptions, openCluster } from '../../cluster/client.ts';
import { getIfThere } from '../../cluster/get.ts';
import { apiVersionOf, leases } from '../../cluster/resource.ts';
import { create, type Sent, update } from '../../cluster/write.ts';
import type { Durations, LeaseSpec } from '../../core/leader-election.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
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

/** The operator's Lease in a namespace. */
export function leasesOf(client: Client, namespace: string): Leases {
  const target = { resource: leases, namespace, name: leaseName };
  const named = {
    apiVersion: apiVersionOf(leases),
    kind: leases.kind,
    metadata: { name: leaseName, namespace },
  };
  return {
    read: () => getIfThere(client, { verb: 'get', ...target }),
    write: (before, spec) => {
      // What others keep in it stays.
      const object: Sent = { ...before, ...named, spec: { ...specOf(before), ...spec } };
      return before === undefined
        ? create(client, target, object, fieldManager)
        : update(client, target, { ...object, metadata: before.metadata }, fieldManager);
    },
  };
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
