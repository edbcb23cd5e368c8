import { persistentVolumeClaims, pods, seiNodes, statefulSets } from '../../../cluster/resource.ts';
import type { KubernetesObject } from '../../../core/kubernetes.ts';
import type { Place } from '../../integration/place.ts';

/** A deletion by the operator that arrives when another object has the name. */
export type Late = {
  readonly fault: string;
  /** What is deleted, as its path ends. */
  readonly path: string;
  readonly act: (place: Place) => Promise<unknown>;
  /** Puts another in the place of what is being deleted. */
  readonly replace: (place: Place) => Promise<unknown>;
  /** The other. */
  readonly other: (place: Place) => KubernetesObject | undefined;
  /** Waits for what is promised. */
  readonly ends: (place: Place) => Promise<unknown>;
};

const removeNode = (place: Place) => place.remove(seiNodes, 'n0');
const claimOf = (place: Place) => place.found(persistentVolumeClaims, 'data-n0');
const statefulSetOf = (place: Place) => place.found(statefulSets, 'n0');

export const lates: readonly Late[] = [
  {
    fault: 'a StatefulSet is somebody’s as its deletion arrives',
    path: '/statefulsets/n0',
    act: removeNode,
    replace: async place => {
      const { metadata, ...made } = statefulSetOf(place) as KubernetesObject & { spec: object };
      await place.remove(statefulSets, 'n0');
      await place.awaits('loses its pod', () => place.podOf() === undefined);
      await place.create(statefulSets, {
        metadata: { name: 'n0', labels: metadata.labels },
        spec: made.spec,
      });
      await place.awaits('has a pod', () => place.podOf() !== undefined);
    },
    other: statefulSetOf,
    ends: place => place.says('Progressing', 'True Terminating', /may use PersistentVolumeClaim data-n0/),
  },
  {
    fault: 'a volume claim is somebody’s as its deletion arrives',
    path: '/persistentvolumeclaims/data-n0',
    act: removeNode,
    replace: async place => {
      const uid = claimOf(place)?.metadata.uid;
      await place.remove(persistentVolumeClaims, 'data-n0');
      await place.patch(persistentVolumeClaims, 'data-n0', { metadata: { finalizers: null } });
      await place.awaits('loses its claim', () => claimOf(place)?.metadata.uid !== uid);
      await place.volume('data-n0');
      await place.awaits('has a claim', () => claimOf(place) !== undefined);
    },
    other: claimOf,
    ends: place => place.awaits('goes', () => place.found(seiNodes, 'n0') === undefined),
  },
  {
    fault: 'a pod is the next one as its deletion arrives',
    path: '/pods/n0-0',
    act: place => place.patch(seiNodes, 'n0', { spec: { image: 'sei:v7' } }),
    replace: async place => {
      const uid = place.podOf();
      await place.remove(pods, 'n0-0');
      await place.awaits('has another pod', () => ![uid, undefined].includes(place.podOf()));
    },
    other: place => place.found(pods, 'n0-0'),
    ends: place =>
      place.becomes(
        'runs its image',
        ({ status }) => status?.currentImage === 'sei:v7' && status.plan?.phase === 'Complete',
      ),
  },
];
