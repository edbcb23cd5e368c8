import type { Obstacle } from './caveats.ts';

/** A kind of other policies, which decide beside NetworkPolicies. */
export type ForeignKind = {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** As the end of a sentence. */
  readonly does: string;
};

const outranks = 'outranks NetworkPolicies';
const calico = [
  { kind: 'NetworkPolicy', namespaced: true, does: 'may outrank NetworkPolicies' },
  { kind: 'GlobalNetworkPolicy', namespaced: false, does: 'may outrank NetworkPolicies' },
];
const cluster = { group: 'policy.networking.k8s.io', namespaced: false };

/** Every kind that is known to decide who reaches whom, but for NetworkPolicy itself; of any version. */
const foreignKinds: readonly ForeignKind[] = [
  { ...cluster, kind: 'ClusterNetworkPolicy', does: outranks },
  { ...cluster, kind: 'AdminNetworkPolicy', does: outranks },
  { ...cluster, kind: 'BaselineAdminNetworkPolicy', does: 'decides where no NetworkPolicy does' },
  {
    group: 'cilium.io',
    kind: 'CiliumNetworkPolicy',
    namespaced: true,
    does: 'decides beside NetworkPolicies',
  },
  {
    group: 'cilium.io',
    kind: 'CiliumClusterwideNetworkPolicy',
    namespaced: false,
    does: 'decides beside NetworkPolicies',
  },
  ...calico.map(kind => ({ group: 'projectcalico.org', ...kind })),
  // The same objects, as Calico stores them.
  ...calico.map(kind => ({ group: 'crd.projectcalico.org', ...kind })),
  { group: 'crd.antrea.io', kind: 'NetworkPolicy', namespaced: true, does: outranks },
  { group: 'crd.antrea.io', kind: 'ClusterNetworkPolicy', namespaced: false, does: outranks },
];

const byType = new Map(foreignKinds.map(foreign => [`${foreign.group} ${foreign.kind}`, foreign]));

const groups = new Set(foreignKinds.map(({ group }) => group));

/** Whether an API group is one of theirs. */
export function isForeignGroup(group: string): boolean {
  return groups.has(group);
}

/** The kind of other policies that an object is of, if it is of one. */
export function foreignKind(apiVersion: unknown, kind: unknown): ForeignKind | undefined {
  if (typeof kind !== 'string') return undefined;
  const group = typeof apiVersion === 'string' ? apiVersion.split('/')[0]! : '';
  return byType.get(`${group} ${kind}`) ?? (kind === 'NetworkPolicy' ? unknownKind(group) : undefined);
}

/** Somebody's own, or the misspelt group of a true one. */
function unknownKind(group: string): ForeignKind | undefined {
  const does = 'is of a kind that is not known';
  const isOthers = group.includes('.') && !group.endsWith('k8s.io');
  return isOthers ? { group, kind: 'NetworkPolicy', namespaced: true, does } : undefined;
}

/** What stands in the way because there is such a policy. */
export function foreignObstacle(
  { group, kind, namespaced, does }: ForeignKind,
  namespace: string | undefined,
  name: string | undefined,
): Obstacle {
  const what = kind === 'NetworkPolicy' ? `${kind}.${group}` : kind;
  return { kind: what, name, does, ...(namespaced && { namespace }) };
}
