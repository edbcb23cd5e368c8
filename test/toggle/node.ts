import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { persistentVolumeClaims, persistentVolumes, secrets, statefulSets } from '../../cluster/resource.ts';
import { forMode } from '../../core/resources/mode.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { node as fullNode, settings } from '../core/resources/nodes.ts';
import type { Place, PlaceBed } from '../integration/place.ts';
import { dataOf, type Facts, factsOf } from './facts.ts';
import type { Claim } from './reference-claim.ts';

export type NodeOptions = {
  readonly name?: string;
  readonly tls?: boolean;
  /** More of its spec; `fullNode: undefined` makes room for another mode. */
  readonly spec?: Partial<SeiNode['spec']>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly reclaimPolicy?: 'Delete' | 'Retain';
};

/**
 * Makes a node on a volume of its own, and the Secret NAME-tls that is good for it whether or not TLS is on yet; waits
 * until it runs. @throws where it does not.
 */
export async function makeNode(bed: PlaceBed, place: Place, options: NodeOptions = {}): Promise<Facts> {
  const { name = 'n0', tls = false, spec = {}, labels = {} } = options;
  await Promise.all([makeSecret(bed, place, name), makeVolume(bed, place, name, options)]);
  const sidecar = tls ? { sidecar: { tls: { secretName: `${name}-tls` } } } : {};
  await place.node({ ...sidecar, ...spec }, name, labels);
  await place.runs(name);
  const claim = () => place.found<Claim>(persistentVolumeClaims, `data-${name}`);
  await place.awaits('binds its claim', () => claim()?.status?.phase === 'Bound');
  // Its controller writes that last, after the pod is ready: whoever compares with what was before would find it changed.
  const set = () => place.found<{ status?: { availableReplicas?: number } }>(statefulSets, name);
  await place.awaits('has its pod counted', () => set()?.status?.availableReplicas === 1);
  return factsOf(bed, place, name);
}

async function makeSecret({ authority }: PlaceBed, place: Place, name: string): Promise<void> {
  const pair = await place.pair(place.namesOf(name));
  place.serve(pair, [name]);
  const stringData = {
    'tls.crt': pair.certificate,
    'tls.key': pair.key,
    'ca.crt': authority.certificate,
  };
  await place.create(secrets, { metadata: { name: `${name}-tls` }, type: 'kubernetes.io/tls', stringData });
}

/** A directory of this machine with a chain in it, which the control plane deletes as it would a disk. */
async function makeVolume(
  { controlPlane }: PlaceBed,
  place: Place,
  name: string,
  { spec = {}, reclaimPolicy: persistentVolumeReclaimPolicy = 'Delete' }: NodeOptions,
): Promise<void> {
  const { storageClass: storageClassName, storageSize: storage } = forMode(fullNode(spec), settings);
  const { namespace } = place;
  const path = dataOf(controlPlane, namespace, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'chain'), 'blocks');
  const common = { accessModes: ['ReadWriteOnce'], storageClassName, persistentVolumeReclaimPolicy };
  // Named here, it is bound at once rather than at the next round.
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: `data-${name}` };
  await place.create(persistentVolumes, {
    metadata: { name: `${namespace}-${name}` },
    spec: { ...common, capacity: { storage }, hostPath: { path }, claimRef },
  });
}
