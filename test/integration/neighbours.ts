import { pods, type Resource } from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { Store } from '../../core/watch/store.ts';
import {
  type Authority,
  createAuthority,
  generateKey,
  type Key,
  type KeyPair,
} from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { type Kubelet, type KubeletOptions, startKubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/pod-status.ts';
import { type Sidecars, startSidecars } from '../sidecars/sidecars.ts';
import type { Fate, Task, TasksAnswer } from '../sidecars/tasks.ts';
import { watch } from './furniture.ts';

/** A control plane with stand-ins for sidecars and kubelet, and what of it is watched. */
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
  /** How seid of its bootstrap ends once it is marked ready: well, where it is not said; `undefined`: it runs on. */
  readonly exits: Map<string, number | undefined>;
  /** Since when it runs, where it was restarted. */
  readonly restarts: Map<string, string>;
};

/** Starts what is around an operator, and no operator. @param holds whether a pod is left as it is. */
export async function startNeighbours(
  controlPlane: ControlPlane,
  over: AbortSignal,
  holds: KubeletOptions['holds'] = () => false,
): Promise<Bed> {
  const [authority, key] = await Promise.all([createAuthority('sidecars'), generateKey()]);
  const said: Said = {
    pairs: new Map(),
    fates: new Map(),
    refusals: new Map(),
    exits: new Map(),
    restarts: new Map(),
  };
  let kubelet: Kubelet | undefined;
  const stores = watch(controlPlane, over);
  // On the tasks port only a sidecar tells it that has no port for it, and the controller before asks there.
  const health = (node: string, url: string) =>
    url !== '/v0/healthz' || hasPublicPort(stores.get(pods)?.get(`${node}-0`) as Pod | undefined)
      ? undefined
      : { status: sidecars.isReady(node) ? 200 : 503 };
  const sidecars = await startSidecars({
    pairOf: node => said.pairs.get(node),
    fateOf: (node, task) => said.fates.get(node)?.(task) ?? 'completed',
    refusalOf: (node, url) => said.refusals.get(node) ?? health(node, url),
    // A probe finds it ready from now on.
    taken: () => kubelet?.probe(),
  });
  kubelet = await startKubelet(controlPlane, {
    holds,
    ready: pod => nodeLabel(pod) === undefined || sidecars.isReady(nodeOf(pod)),
    exited: pod => exitOf(pod, sidecars, said),
    restartedAt: pod => said.restarts.get(nodeOf(pod)),
    starts: pod => {
      sidecars.restart(nodeOf(pod));
      said.restarts.delete(nodeOf(pod));
    },
  });
  return { controlPlane, sidecars, kubelet, authority, key, stores, said };
}

function exitOf(pod: Pod, sidecars: Sidecars, { exits }: Said): number | undefined {
  const node = nodeOf(pod);
  const code = exits.has(node) ? exits.get(node) : 0;
  // A seid that fails need not have been started.
  return sidecars.isReady(node) || code ? code : undefined;
}

function nodeOf(pod: Pod): string {
  return objectKey(pod.metadata.namespace, nodeLabel(pod) ?? '');
}

function nodeLabel({ metadata }: Pod): string | undefined {
  return metadata.labels?.['sei.io/node'];
}

function hasPublicPort(pod: Pod | undefined): boolean {
  return pod?.spec.initContainers?.some(({ ports }) => ports?.some(({ name }) => name === 'public')) === true;
}
