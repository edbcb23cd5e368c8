import { join } from 'node:path';
import anyTest from 'ava';
import {
  events,
  persistentVolumeClaims,
  pods,
  type Resource,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { Store } from '../../core/watch/store.ts';
import {
  type Authority,
  createAuthority,
  generateKey,
  type Key,
  type KeyPair,
} from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { settings } from '../core/resources/nodes.ts';
import { followAll } from '../follow.ts';
import { type Kubelet, startKubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/pod-status.ts';
import { directory, manifest } from '../operator/manifests.ts';
import { type Operator, type OperatorOptions, operator } from '../operator/program.ts';
import { resolver, type Sidecars, startSidecars } from '../sidecars/sidecars.ts';
import type { Fate, Task, TasksAnswer } from '../sidecars/tasks.ts';
import { Place, type PlaceBed } from './place.ts';
import { withControlPlane } from './with-control-plane.ts';

/** A control plane with its operator, stand-ins for sidecars and kubelet, and what of it is watched. */
export type Bed = {
  readonly controlPlane: ControlPlane;
  readonly sidecars: Sidecars;
  readonly kubelet: Kubelet;
  /** Issues the certificates of nodes, all for one key. */
  readonly authority: Authority;
  readonly key: Key;
  /** What is watched, as it was last heard of. */
  readonly stores: ReadonlyMap<Resource, Store>;
  /** What is true of a sidecar, by NAMESPACE/NAME of its node. Tests change it as they go. */
  readonly said: Said;
};

type Said = {
  readonly pairs: Map<string, KeyPair>;
  readonly fates: Map<string, (task: Task) => Fate>;
  readonly refusals: Map<string, TasksAnswer>;
  /** Since when it runs, where it was restarted. */
  readonly restarts: Map<string, string>;
};

const source = join(import.meta.dirname, '../../operator/main.ts');
const watched = [seiNodes, statefulSets, pods, persistentVolumeClaims, events];

/**
 * A `test` for what needs a control plane whose nodes are reconciled: by the operator as a process, run from source with
 * the privileges of our manifests and no others. All tests of a file share it, each in a namespace of its own.
 */
export function withOperator(): {
  test: ReturnType<typeof withControlPlane>['test'];
  bed: () => Bed;
  /** A new namespace, in which the nodes' pods can be made. */
  inNamespace: (name: string) => Promise<Place>;
} {
  let bed: Bed | undefined;
  const over = new AbortController();
  const { test } = withControlPlane(anyTest, async controlPlane => {
    bed = await furnish(controlPlane, over.signal);
  });
  anyTest.after.always('the stand-ins stop', async () => {
    over.abort();
    await Promise.all([bed?.kubelet.stop(), bed?.sidecars.close()]);
  });
  return { test, bed: () => bed as Bed, inNamespace: name => makePlace(bed as Bed, name) };
}

/** Makes a namespace with the ServiceAccount of nodes' pods. */
export async function makePlace(bed: PlaceBed, name: string): Promise<Place> {
  await bed.controlPlane.call('POST', '/api/v1/namespaces', { metadata: { name } });
  const place = new Place(bed, name);
  const account = { metadata: { name: settings.SEI_SERVICE_ACCOUNT } };
  await place.create({ ...pods, plural: 'serviceaccounts', kind: 'ServiceAccount' }, account);
  return place;
}

async function furnish(controlPlane: ControlPlane, over: AbortSignal): Promise<Bed> {
  const [authority, key] = await Promise.all([createAuthority('fleet'), generateKey(), deploy(controlPlane)]);
  const said: Said = { pairs: new Map(), fates: new Map(), refusals: new Map(), restarts: new Map() };
  let kubelet: Kubelet | undefined;
  const sidecars = await startSidecars({
    pairOf: node => said.pairs.get(node),
    fateOf: (node, task) => said.fates.get(node)?.(task) ?? 'completed',
    refusalOf: node => said.refusals.get(node),
    // A probe finds it ready from now on.
    taken: () => kubelet?.probe(),
  });
  kubelet = await startKubelet(controlPlane, {
    ready: pod => sidecars.isReady(nodeOf(pod)),
    restartedAt: pod => said.restarts.get(nodeOf(pod)),
    starts: pod => {
      sidecars.restart(nodeOf(pod));
      said.restarts.delete(nodeOf(pod));
    },
  });
  await startOperator(controlPlane, sidecars.address);
  return { controlPlane, sidecars, kubelet, authority, key, stores: watch(controlPlane, over), said };
}

function nodeOf({ metadata: { namespace, labels } }: Pod): string {
  return objectKey(namespace, labels?.['sei.io/node'] ?? '');
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

/** The container of node n0's sidecar is started anew, and has forgotten everything. */
export async function restartSidecar({ sidecars, said, kubelet }: Bed, place: Place): Promise<void> {
  const { status } = place.found<SeiNode>(seiNodes, 'n0')!;
  const sent = Date.parse(status?.plan?.tasks.at(-1)?.submittedAt ?? '');
  // Moments have whole seconds.
  await place.awaits('another second than mark-ready’s', () => Date.now() >= sent + 1_000);
  sidecars.restart(place.key('n0'));
  said.restarts.set(place.key('n0'), new Date().toISOString());
  kubelet.probe();
}
