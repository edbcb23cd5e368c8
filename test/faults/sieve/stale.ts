import {
  persistentVolumeClaims,
  secrets,
  seiNodes,
  services,
  statefulSets,
} from '../../../cluster/resource.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { type Place, tls } from '../../integration/place.ts';
import type { FaultProxy } from '../proxy/proxy.ts';
import { isWrite, type Seen } from '../proxy/seen.ts';
import type { SieveBed } from './bed.ts';

/** What became of a node since the moment at which an operator sees it. */
export type Stale = {
  readonly fault: string;
  /** Makes what is seen later on; an operator that sees everything is at work. */
  readonly seen: (place: Place, bed: SieveBed, proxy: FaultProxy) => Promise<void>;
  /** What is done last before that moment, where no operator may mend it. */
  readonly unattended?: (place: Place) => Promise<void>;
  /** What became of it. */
  readonly since: (place: Place, bed: SieveBed) => Promise<void>;
};

export const stales: readonly Stale[] = [
  {
    fault: 'sees an image update amid its tasks that is done, and another after it',
    seen: async (place, _, proxy) => {
      await running(place);
      await updating(place, proxy);
    },
    since: async place => {
      await place.runs();
      await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v8' } });
      await runsImage(place, 'sei:v8');
    },
  },
  {
    fault: 'sees an image update of a node that is gone, and another of its name runs',
    seen: async (place, _, proxy) => {
      await running(place);
      await updating(place, proxy);
    },
    since: anew,
  },
  {
    fault: 'sees the first plan of a node on an imported volume that another of its name has by now',
    seen: async (place, bed) => {
      await place.volume('chain');
      await amid(bed, place, imported);
    },
    since: async (place, bed) => {
      letGo(bed, place);
      await anew(place, imported);
    },
  },
  {
    fault: 'sees the first plan of a node whose own volume is another’s of its name by now',
    seen: (place, bed) => amid(bed, place),
    since: async (place, bed) => {
      letGo(bed, place);
      await anew(place);
    },
  },
  {
    fault: 'sees a node being deleted that is gone, and another of its name runs',
    seen: async (place, bed) => {
      await running(place);
      bed.held.add(place.key('n0-0'));
      await place.remove(seiNodes, 'n0');
      await place.says('Progressing', 'True Terminating', /Pod n0-0 \(being deleted\) must go first/);
    },
    since: async (place, bed) => {
      letGo(bed, place);
      await anew(place);
    },
  },
  {
    fault: 'sees a running node without its Service that is gone, and another of its name runs',
    seen: running,
    unattended: place => place.remove(services, 'n0'),
    since: anew,
  },
  {
    fault: 'sees a running node whose StatefulSet was deleted and made again by hand since',
    seen: running,
    since: async (place, bed) => {
      const { metadata, spec } = place.found<Made>(statefulSets, 'n0')!;
      await place.remove(statefulSets, 'n0');
      await place.awaits('loses its pod', () => place.podOf() === undefined);
      const { name, labels, ownerReferences } = metadata;
      await place.create(statefulSets, { metadata: { name, labels, ownerReferences }, spec });
      await place.awaits('has its pod', () => place.podOf() !== undefined);
      await readyAgain(place, bed);
    },
  },
  {
    fault: 'sees a running node whose StatefulSet somebody scaled to zero and back since',
    seen: running,
    since: async (place, bed) => {
      await place.patch(statefulSets, 'n0', { spec: { replicas: 0 } });
      await place.awaits('loses its pod', () => place.podOf() === undefined);
      await place.patch(statefulSets, 'n0', { spec: { replicas: 1 } });
      await place.awaits('has its pod', () => place.podOf() !== undefined);
      await readyAgain(place, bed);
    },
  },
  {
    fault: 'sees a Secret before its rotation',
    seen: async place => {
      await place.provide(await place.pair());
      await place.node(tls);
      await place.runs();
      await place.patch(secrets, 'n0-tls', { data: { 'tls.crt': btoa('no certificate') } });
      await place.says('SidecarTLSSecretReady', 'False Malformed');
    },
    since: async place => {
      await place.renew(await place.pair());
      await place.says('SidecarTLSSecretReady', 'True Ready');
    },
  },
];

const imported = { dataVolume: { import: { pvcName: 'chain' } } };

type Made = {
  readonly metadata: { name: string; labels: object; ownerReferences: object };
  readonly spec: object;
};

async function running(place: Place): Promise<void> {
  await place.node();
  await place.runs();
}

/** Makes a node, and waits until its first plan is amid a task that runs on until `letGo`. */
async function amid({ said, sidecars }: SieveBed, place: Place, spec: object = {}): Promise<void> {
  const key = place.key('n0');
  said.fates.set(key, ({ type }) => (type === 'config-apply' ? 'running' : 'completed'));
  await place.node(spec);
  await place.awaits('is amid config-apply', () => sidecars.tasksOf(key).at(-1)?.type === 'config-apply');
}

/** Begins an image update that does not come beyond its first write. */
async function updating(place: Place, { fault }: FaultProxy): Promise<void> {
  const of = (call: Seen) => isWrite(call) && call.path.includes(`/${place.namespace}/statefulsets/`);
  void fault('hold', { of, forGood: true });
  await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v7' } });
  await place.becomes('is being updated', ({ status }) => status?.plan?.phase === 'Active');
}

/** Tasks and pods come to their ends. */
function letGo({ said, held, kubelet }: SieveBed, place: Place): void {
  said.fates.delete(place.key('n0'));
  held.delete(place.key('n0-0'));
  kubelet.probe();
}

/** Another node of the name runs in place of the one that is there. */
async function anew(place: Place, spec: object = {}): Promise<void> {
  const uid = place.found(seiNodes, 'n0')?.metadata.uid;
  const claims = place.found(persistentVolumeClaims, 'data-n0')?.metadata.uid;
  await place.remove(seiNodes, 'n0');
  await place.awaits('deletes the node', () => place.found(seiNodes, 'n0')?.metadata.uid !== uid);
  await place.awaits('deletes its claim', () => {
    const now = place.found(persistentVolumeClaims, 'data-n0')?.metadata.uid;
    return claims === undefined || now !== claims;
  });
  await place.node(spec);
  await place.runs();
}

async function runsImage(place: Place, image: string): Promise<void> {
  const runs = ({ status }: SeiNode) => status?.currentImage === image && status.plan?.phase === 'Complete';
  await place.becomes(`runs ${image}`, runs);
}

/** Its new pod was told that it may begin, and nothing is left to do. */
async function readyAgain(place: Place, { sidecars }: SieveBed): Promise<void> {
  await place.awaits('is marked ready', () => sidecars.isReady(place.key('n0')));
  await place.says('SidecarReady', 'True Ready');
  await place.runs();
}
