import { shortDuration } from '../../duration.ts';
import { objectKey } from '../../kubernetes.ts';
import type { Lease } from '../facts.ts';
import { fail, pass, type Verdict } from '../verdict.ts';

/** Clocks of other machines: as far as they may be apart, in milliseconds. */
const skew = 60_000;

/** Whether one of the replicas leads. @param now RFC 3339. */
export function operatorLeader(leases: readonly Lease[], now: string): Verdict {
  const holder = leases.find(lease => isHeld(lease, now));
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

/** Whether a Lease has a holder who was heard of within the time that it promised. */
export function isHeld({ spec }: Lease, now: string): boolean {
  if (!spec?.holderIdentity) return false;
  const until = Date.parse(spec.renewTime ?? '') + (spec.leaseDurationSeconds ?? 0) * 1000 + skew;
  return until > Date.parse(now);
}

/** Where a Lease is. */
export function keyOf({ metadata }: Lease): string {
  return objectKey(metadata.namespace, metadata.name);
}
