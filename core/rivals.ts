import { type Durations, type Moment, nextStep, type Sighting } from './leader-election.ts';
import type { OperatorLease } from './led-between.ts';

/** A Lease, and since when it says what it says. */
export type SeenLease = OperatorLease & { readonly seen: Sighting };

/**
 * Who leads by a Lease in another namespace and must be let go on: two operators would apply two templates in turn. The
 * controller before knows nothing of us, so it comes first; of two of ours, who came first.
 *
 * @param leases of one name, in every namespace. @param fieldManager by which ours are known.
 * @returns undefined where there is none.
 */
export function rivalOf(
  leases: readonly SeenLease[],
  namespace: string,
  fieldManager: string,
  now: Moment,
  limits: Durations,
): SeenLease | undefined {
  const own = leases.find(({ metadata }) => metadata.namespace === namespace);
  return leases.find(
    lease =>
      lease !== own &&
      nextStep({ identity: '', seen: bounded(lease.seen), renewedAt: undefined }, now, limits) === 'wait' &&
      !(isOf(lease, fieldManager) && own !== undefined && orderOf(own) < orderOf(lease)),
  );
}

/** A Lease of another namespace may be anybody's: one that promises a year is not waited for once it is not renewed. */
function bounded({ spec, since }: Sighting): Sighting {
  const leaseDurationSeconds = Math.min(spec.leaseDurationSeconds ?? 0, longestLease);
  return { spec: { ...spec, leaseDurationSeconds }, since };
}

/** Seconds. */
const longestLease = 60;

/** Whoever renews a Lease owns its renewTime, whoever made it. */
function isOf({ metadata }: SeenLease, fieldManager: string): boolean {
  const { managedFields = [] } = metadata as { readonly managedFields?: readonly Entry[] };
  return managedFields.some(
    ({ manager, fieldsV1 }) =>
      manager === fieldManager && fieldsV1?.['f:spec']?.['f:renewTime'] !== undefined,
  );
}

type Entry = {
  readonly manager?: string;
  readonly fieldsV1?: { readonly 'f:spec'?: { readonly 'f:renewTime'?: object } };
};

function orderOf({ spec, metadata }: SeenLease): string {
  return `${spec?.acquireTime} ${metadata.namespace}`;
}
