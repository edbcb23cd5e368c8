import { shortDuration } from '../../duration.ts';
import { objectKey } from '../../kubernetes.ts';
import { shardLease, shardsOf } from '../../shards.ts';
import type { Lease } from '../facts.ts';
import { fail, pass, type Verdict } from '../verdict.ts';

/** Clocks of other machines: as far as they may be apart, in milliseconds. */
const skew = 60_000;

/** Whether one of the replicas leads, or several each work their share. @param shards Leases beside. @param now RFC 3339. */
export function operatorLeader(leases: readonly Lease[], shards: readonly Lease[], now: string): Verdict {
  const holder = leases.find(lease => isHeld(lease, now));
  const count = holder && shardsOf(holder.spec ?? {});
  if (holder !== undefined && count !== undefined) return workedBy(holder, count, shards, now);
  if (holder !== undefined) {
    return pass(`${holder.spec?.holderIdentity} holds Lease ${keyOf(holder)}`);
  }
  const [lease] = leases;
  if (lease === undefined) {
    return fail(
      'there is no Lease of an operator: none has ever led',
      'look at the logs of its pods: kubectl logs -n sei-k8s-controller-system deployment/sei-k8s-controller-manager',
    );
  }
  const age = Date.parse(now) - Date.parse(lease.spec?.renewTime ?? '');
  const since = Number.isNaN(age) ? '' : ` was renewed ${shortDuration(age)} ago and`;
  return fail(
    `nobody leads: Lease ${keyOf(lease)}${since} ${lease.spec?.holderIdentity ? 'has expired' : 'has no holder'}`,
    `look at the logs of the operator's pods in ${lease.metadata.namespace}`,
  );
}

/** A shard that was let go of lately is about to be taken. */
function workedBy({ metadata, spec }: Lease, count: number, shards: readonly Lease[], now: string): Verdict {
  const leases = Array.from({ length: count }, (_, shard) => {
    const name = shardLease(metadata.name, shard, count);
    return shards.find(
      lease => lease.metadata.name === name && lease.metadata.namespace === metadata.namespace,
    );
  });
  const left = [...leases.keys()].filter(shard => !isHeardOf(leases[shard], now));
  if (left.length > 0) {
    return fail(
      `nobody works ${left.length} of ${count} shards (${left.join(', ')}): no SeiNode in a namespace of theirs is reconciled`,
      `look at the logs of the operator's pods in ${metadata.namespace}`,
    );
  }
  const holders = new Set(leases.map(lease => lease?.spec?.holderIdentity).filter(Boolean));
  return pass(
    `${spec?.holderIdentity} holds Lease ${objectKey(metadata.namespace, metadata.name)}: ${holders.size} replicas work ${count} shards`,
  );
}

/** Whether a Lease has a holder who was heard of within the time that it promised. */
export function isHeld(lease: Lease, now: string): boolean {
  return Boolean(lease.spec?.holderIdentity) && isHeardOf(lease, now);
}

function isHeardOf(lease: Lease | undefined, now: string): boolean {
  const { spec } = lease ?? {};
  if (spec === undefined) return false;
  const until = Date.parse(spec.renewTime ?? '') + (spec.leaseDurationSeconds ?? 0) * 1000 + skew;
  return until > Date.parse(now);
}

/** Where a Lease is. */
export function keyOf({ metadata }: Lease): string {
  return objectKey(metadata.namespace, metadata.name);
}
