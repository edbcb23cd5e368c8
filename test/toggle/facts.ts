import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  configMaps,
  leases,
  pathOf,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  type Resource,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Place, PlaceBed } from '../integration/place.ts';
import type { Claim, Volume } from './reference-claim.ts';

/** What the API server says of a node and what holds its chain, now and not from any cache. */
export type Facts = {
  readonly node: SeiNode | undefined;
  readonly pod: KubernetesObject | undefined;
  readonly statefulSet: KubernetesObject | undefined;
  /** `data-NAME`. */
  readonly claim: Claim | undefined;
  readonly volume: (KubernetesObject & Volume & { readonly spec: Reclaimed }) | undefined;
  /** Whether the chain is still in the volume. */
  readonly hasData: boolean;
  /** ConfigMaps and Leases of the namespace that neither Kubernetes nor a SeiNode has put there. */
  readonly configMaps: readonly KubernetesObject[];
  readonly leases: readonly KubernetesObject[];
};

type Reclaimed = { readonly persistentVolumeReclaimPolicy: 'Delete' | 'Retain' };

/** Asks for everything at once. */
export async function factsOf({ controlPlane }: PlaceBed, { namespace }: Place, name = 'n0'): Promise<Facts> {
  const read = async <T>(resource: Resource, name: string, where?: string) => {
    const { status, body } = await controlPlane.call('GET', pathOf({ resource, namespace: where, name }));
    if (status !== 200 && status !== 404) throw new Error(JSON.stringify(body));
    return status === 200 ? (body as T) : undefined;
  };
  const list = async (resource: Resource) => {
    const { body } = await controlPlane.call('GET', pathOf({ resource, namespace }));
    return (body as { items: readonly KubernetesObject[] }).items.filter(isLeftOver);
  };
  const [node, pod, statefulSet, claim, volume, ...others] = await Promise.all([
    read<SeiNode>(seiNodes, name, namespace),
    read<KubernetesObject>(pods, `${name}-0`, namespace),
    read<KubernetesObject>(statefulSets, name, namespace),
    read<Claim>(persistentVolumeClaims, `data-${name}`, namespace),
    read<NonNullable<Facts['volume']>>(persistentVolumes, `${namespace}-${name}`),
    list(configMaps),
    list(leases),
  ]);
  const hasData = existsSync(join(dataOf(controlPlane, namespace, name), 'chain'));
  return { node, pod, statefulSet, claim, volume, hasData, configMaps: others[0], leases: others[1] };
}

/** What a toggle must leave as it was. Of a volume that is lost it is another. */
export function heldBy({ claim, volume, hasData }: Facts): object {
  return {
    claim: claim?.metadata.uid,
    volume: volume?.metadata.uid,
    reclaimPolicy: volume?.spec.persistentVolumeReclaimPolicy,
    isBound: claim?.status?.phase === 'Bound' && volume?.status?.phase === 'Bound',
    isGoing: claim?.metadata.deletionTimestamp !== undefined,
    hasData,
  };
}

/** Where the chain of a node is. It is below /tmp, as Kubernetes deletes no other directories. */
export function dataOf({ directory }: ControlPlane, namespace: string, name: string): string {
  return join(directory, 'volumes', `${namespace}-${name}`);
}

function isLeftOver({ metadata: { name, ownerReferences = [] } }: KubernetesObject): boolean {
  return name !== 'kube-root-ca.crt' && !ownerReferences.some(({ kind }) => kind === 'SeiNode');
}
