import { persistentVolumeClaims, pods, seiNodes, statefulSets } from '../../../cluster/resource.ts';
import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { isControlledBy } from '../../../core/ownership.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Place } from '../../integration/place.ts';

const kinds = [
  ...['api/v1 persistentvolumeclaims', 'api/v1 pods', 'api/v1 services', 'api/v1 configmaps'],
  ...['apis/apps/v1 statefulsets', 'apis/batch/v1 jobs', 'apis/sei.io/v1alpha1 seinodes'],
];

/** All that a node may have in a namespace, as the API server has it now, by kind and name. */
export async function objectsIn(
  { call }: ControlPlane,
  namespace: string,
): Promise<Record<string, KubernetesObject>> {
  const found = await Promise.all(
    kinds.map(async kind => {
      const [group, plural] = kind.split(' ');
      const { body } = await call('GET', `/${group}/namespaces/${namespace}/${plural}`);
      const { items } = body as { items: readonly KubernetesObject[] };
      return items.map(object => [`${plural}/${object.metadata.name}`, object] as const);
    }),
  );
  return Object.fromEntries(found.flat().filter(([name]) => name !== 'configmaps/kube-root-ca.crt'));
}

/** The same without what every write changes, and who wrote which field. */
export function lasting(objects: Record<string, KubernetesObject>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(objects).map(([name, { metadata, ...object }]) => {
      const { resourceVersion: _, managedFields: __, ...rest } = metadata as Record<string, unknown>;
      return [name, { ...object, metadata: rest }];
    }),
  );
}

/** Whether the controller of a StatefulSet has counted all its pods as they are to be: it does so after all others are done. */
export function isRolledOut({ metadata, spec, status }: RolledOut): boolean {
  const { observedGeneration, updatedReplicas, availableReplicas } = status ?? {};
  return (
    observedGeneration === metadata.generation &&
    updatedReplicas === spec.replicas &&
    availableReplicas === spec.replicas
  );
}

type RolledOut = KubernetesObject & {
  readonly spec: { readonly replicas: number };
  readonly status?: Readonly<
    Partial<Record<'observedGeneration' | 'updatedReplicas' | 'availableReplicas', number>>
  >;
};

/** Whether StatefulSet and claim of node n0 are its own, its pod is that StatefulSet's, and none is on its way out. */
export function isOnItsOwn(place: Place): boolean {
  const node = place.found<SeiNode>(seiNodes, 'n0');
  const statefulSet = place.found(statefulSets, 'n0');
  const own = [statefulSet, place.found(persistentVolumeClaims, 'data-n0')];
  const isOwn = (object: KubernetesObject | undefined) =>
    object !== undefined &&
    node !== undefined &&
    isControlledBy(object, node) &&
    !object.metadata.deletionTimestamp;
  const pod = place.found(pods, 'n0-0')?.metadata;
  return own.every(isOwn) && pod?.ownerReferences?.[0]?.uid === statefulSet?.metadata.uid;
}
