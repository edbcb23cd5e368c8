import type { KubernetesObject } from './kubernetes.ts';
import type { LeaseSpec } from './leader-election.ts';

/** A Lease by which an operator leads (Kubernetes API, coordination.k8s.io/v1). */
export type OperatorLease = KubernetesObject & { readonly spec?: LeaseSpec };

/**
 * Whether nobody can have led between two looks at the Leases of all operators, but who holds that of our namespace at the
 * second: nobody held one at the first, and each change of hands is counted (leaseTransitions; client-go, tools/leaderelection).
 *
 * @param namespace the own. @returns false as well where that cannot be told.
 */
export function nobodyLedBetween(
  before: readonly OperatorLease[],
  after: readonly OperatorLease[],
  namespace: string,
): boolean {
  const handsOf = (leases: readonly OperatorLease[], own: number) =>
    leases
      .map(({ metadata, spec }) => {
        const changes = (spec?.leaseTransitions ?? 0) + (metadata.namespace === namespace ? own : 0);
        return `${metadata.namespace}/${metadata.uid} ${changes}`;
      })
      .toSorted()
      .join();
  const isFree = ({ spec }: OperatorLease) => (spec?.holderIdentity ?? '') === '';
  return (
    before.every(isFree) &&
    before.some(({ metadata }) => metadata.namespace === namespace) &&
    after.every(lease => lease.metadata.namespace === namespace || isFree(lease)) &&
    handsOf(before, 1) === handsOf(after, 0)
  );
}
