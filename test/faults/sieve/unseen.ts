import { persistentVolumeClaims, pods, secrets, seiNodes, statefulSets } from '../../../cluster/resource.ts';
import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { type Place, tls } from '../../integration/place.ts';
import type { SieveBed } from './bed.ts';
import { isOnItsOwn } from './facts.ts';

/** What comes and goes while an operator does not look, and what is so once it looks again. */
export type Unseen = {
  readonly fault: string;
  readonly before: (place: Place) => Promise<unknown>;
  readonly meanwhile: (place: Place, bed: SieveBed) => Promise<unknown>;
  /** Waits for what is promised. */
  readonly ends: (place: Place, bed: SieveBed, had: Had) => Promise<unknown>;
};

/** UIDs of before. */
export type Had = { readonly node: string | undefined; readonly pod: string | undefined };

const plain = async (place: Place) => {
  await place.node();
  await place.runs();
  await place.says('SidecarReady', 'True Ready');
};

export const unseens: readonly Unseen[] = [
  {
    fault: 'a node whose finalizer somebody took away is gone, and another has its name',
    before: plain,
    meanwhile: async place => {
      const uid = place.found(seiNodes, 'n0')?.metadata.uid;
      await place.remove(seiNodes, 'n0');
      await place.patch(seiNodes, 'n0', { metadata: { finalizers: null } });
      await place.awaits('goes', () => place.found(seiNodes, 'n0')?.metadata.uid !== uid);
      await place.node();
    },
    ends: async (place, _, { node }) => {
      await place.becomes('is another', ({ metadata }) => metadata.uid !== node);
      await place.runs();
      await place.awaits('has what it needs', () => isOnItsOwn(place));
    },
  },
  {
    fault: 'a Secret is replaced twice',
    before: async place => {
      await place.provide(await place.pair());
      await place.node(tls);
      await place.runs();
      await place.says('SidecarReady', 'True Ready');
    },
    meanwhile: async place => {
      for (const names of [['elsewhere.example'], place.namesOf('n0')]) {
        await place.remove(secrets, 'n0-tls');
        await place.provide(await place.pair(names, { notAfter: new Date('2031-01-01T00:00:00Z') }));
      }
    },
    ends: async (place, _, { pod }) => {
      await place.says('SidecarTLSSecretReady', 'True Ready', /until 2031/);
      await place.awaits('keeps its pod', () => place.podOf() === pod);
    },
  },
  {
    fault: 'a pod is replaced',
    before: plain,
    meanwhile: replacePod,
    ends: async (place, { sidecars }) => {
      await place.awaits('is marked ready', () => sidecars.isReady(place.key('n0')));
      await place.says('SidecarReady', 'True Ready');
      await place.awaits('is told once', () => sidecars.tasksOf(place.key('n0')).length === 1);
    },
  },
  {
    fault: 'a StatefulSet is deleted and made again by hand',
    before: plain,
    meanwhile: async place => {
      const { metadata, ...made } = place.found<KubernetesObject & { spec: object }>(statefulSets, 'n0')!;
      const { name, labels, ownerReferences } = metadata;
      await place.remove(statefulSets, 'n0');
      await place.awaits('loses its pod', () => place.podOf() === undefined);
      await place.create(statefulSets, { metadata: { name, labels, ownerReferences }, spec: made.spec });
      await place.awaits('has its pod', () => place.podOf() !== undefined);
    },
    ends: async (place, { sidecars }) => {
      await place.awaits('is marked ready', () => sidecars.isReady(place.key('n0')));
      await place.says('SidecarReady', 'True Ready');
      await place.awaits('has what it needs', () => isOnItsOwn(place));
    },
  },
  {
    fault: 'a volume claim is replaced by somebody’s, and then the node is deleted',
    before: plain,
    meanwhile: async place => {
      const uid = () => place.found(persistentVolumeClaims, 'data-n0')?.metadata.uid;
      const before = uid();
      await place.remove(persistentVolumeClaims, 'data-n0');
      await place.patch(persistentVolumeClaims, 'data-n0', { metadata: { finalizers: null } });
      await place.awaits('loses its claim', () => uid() === undefined || uid() !== before);
      await place.volume('data-n0');
      await place.remove(seiNodes, 'n0');
    },
    ends: async place => {
      await place.awaits('goes', () => place.found(seiNodes, 'n0') === undefined);
      const claim = () => place.found(persistentVolumeClaims, 'data-n0')?.metadata;
      await place.awaits('leaves the claim', () => claim() !== undefined && !claim()?.deletionTimestamp);
    },
  },
];

async function replacePod(place: Place): Promise<void> {
  const uid = place.podOf();
  await place.remove(pods, 'n0-0');
  await place.awaits('has another pod', () => ![uid, undefined].includes(place.podOf()));
}
