import { join } from 'node:path';
import {
  events,
  jobs,
  persistentVolumeClaims,
  pods,
  type Resource,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import { Store } from '../../core/watch/store.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { settings } from '../core/resources/nodes.ts';
import { followAll } from '../follow.ts';
import { directory, manifest } from '../operator/manifests.ts';
import { type Operator, type OperatorOptions, operator } from '../operator/program.ts';
import { resolver } from '../sidecars/sidecars.ts';
import { Place, type PlaceBed } from './place.ts';

const source = join(import.meta.dirname, '../../operator/main.ts');
const watched = [seiNodes, statefulSets, jobs, pods, persistentVolumeClaims, events];

/** Makes a namespace with the ServiceAccount of nodes' pods. */
export async function makePlace(bed: PlaceBed, name: string): Promise<Place> {
  await bed.controlPlane.call('POST', '/api/v1/namespaces', { metadata: { name } });
  const place = new Place(bed, name);
  const account = { metadata: { name: settings.SEI_SERVICE_ACCOUNT } };
  await place.create({ ...pods, plural: 'serviceaccounts', kind: 'ServiceAccount' }, account);
  return place;
}

/** Our manifests as far as there is somebody here to work them. @throws where they are refused. */
export async function deploy({ kubectl }: ControlPlane): Promise<void> {
  const parts = ['namespace.yaml', 'crd', 'rbac'].flatMap(part => ['-f', join(directory, part)]);
  const { code, stderr } = await kubectl(['apply', '--server-side', '--force-conflicts', ...parts]);
  if (code !== 0) throw new Error(stderr);
}

/** Starts the operator from source as its ServiceAccount. @param sidecars the address where it finds them. */
export async function startOperator(
  controlPlane: ControlPlane,
  sidecars: string,
  environment: OperatorOptions['environment'] = {},
): Promise<Operator> {
  const { name, namespace = '' } = manifest('ServiceAccount').metadata;
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(namespace, name);
  const command = [process.execPath, '--require', resolver, source];
  const described = await operator(controlPlane, { kubeconfig, sidecars, command, environment });
  await described.start();
  return described;
}

/** As the member of system:masters: what the operator may see is another matter. */
export function watch(controlPlane: ControlPlane, signal: AbortSignal): ReadonlyMap<Resource, Store> {
  const stores = new Map(watched.map(resource => [resource, new Store()]));
  for (const [resource, store] of stores) void followAll(controlPlane, resource, signal, () => {}, store);
  return stores;
}
