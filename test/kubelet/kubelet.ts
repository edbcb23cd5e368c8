import { pods } from '../../cluster/resource.ts';
import { Store } from '../../core/watch/store.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { followAll } from '../follow.ts';
import { areApart } from './anti-affinity.ts';
import { startForwarder } from './forwarder.ts';
import { registerNode } from './node.ts';
import { endedStatus, type Pod, podStatus } from './pod-status.ts';

/** A stand-in for the kubelet, and the scheduler, of a control plane that has no node. */
export type Kubelet = {
  /** Looks at every pod again, as after a probe: for when the options would answer otherwise. */
  readonly probe: () => void;
  readonly stop: () => Promise<void>;
};

export type KubeletOptions = {
  /** Whether a pod is left as it is, pending or terminating. */
  readonly holds?: (pod: Pod) => boolean;
  /** Whether its sidecar passes its readiness probe. */
  readonly ready?: (pod: Pod) => boolean;
  /** Since when its sidecar runs, where it has been restarted. */
  readonly restartedAt?: (pod: Pod) => string | undefined;
  /** The exit code of a pod that is run once and has ended; undefined while it runs. */
  readonly exited?: (pod: Pod) => number | undefined;
  /** The address at which a pod has a port, for who forwards it: null where nothing listens there. */
  readonly hostOf?: (pod: Pod, port: number) => string | null;
  /** Told of each pod before it runs. */
  readonly starts?: (pod: Pod) => void;
};

/**
 * Starts one. A pod is bound to its node, unless one is there that it is kept apart from, then said to run; one that is deleted
 * ends at once. Without a kubelet a pod is
 * gone as soon as it is deleted: it is on no node that could let it end in order.
 */
export async function startKubelet(
  controlPlane: ControlPlane,
  {
    holds = () => false,
    ready = () => true,
    restartedAt = () => undefined,
    exited = () => undefined,
    hostOf = () => null,
    starts = () => {},
  }: KubeletOptions = {},
): Promise<Kubelet> {
  const stopped = new AbortController();
  const store = new Store();
  const forwarder = await startForwarder((key, port) => {
    const pod = store.get(key);
    return pod && hostOf(pod as unknown as Pod, port);
  });
  const { write, bind } = await registerNode(controlPlane, stopped.signal, forwarder.port);
  /** What was last said of a pod, so that nothing is said twice. */
  const said = new Map<string, string>();
  /** UIDs of the pods that were bound, of those that have ended, and the pods that wait for that. */
  const [bound, over, waiting] = [new Set<string>(), new Set<string>(), new Map<string, Pod>()];
  const isOnNode = ({ metadata: { uid }, spec, status }: Pod) =>
    (bound.has(uid) || spec.nodeName !== undefined) && !over.has(uid) && !hasEnded(status);
  const isKept = (pod: Pod) =>
    ([...store.values()] as unknown[] as Pod[]).some(other => isOnNode(other) && areApart(pod, other));
  const end = async (pod: Pod) => {
    const { uid } = pod.metadata;
    await write('DELETE', pod, '', { gracePeriodSeconds: 0, preconditions: { uid } });
    over.add(uid);
    for (const each of [...waiting.values()]) look(each);
  };
  const look = (pod: Pod) => {
    const { uid, deletionTimestamp } = pod.metadata;
    if (holds(pod)) return;
    waiting.delete(uid);
    if (deletionTimestamp !== undefined) {
      end(pod);
    } else if (pod.spec.nodeName === undefined) {
      if (bound.has(uid)) return;
      if (isKept(pod)) return void waiting.set(uid, pod);
      bound.add(uid);
      starts(pod);
      bind(pod);
    } else {
      const exitCode = pod.spec.restartPolicy === 'Never' ? exited(pod) : undefined;
      const state = `${ready(pod)} ${exitCode}`;
      if (said.get(uid) === state) return;
      said.set(uid, state);
      const now = new Date().toISOString();
      const status =
        exitCode === undefined
          ? podStatus(pod, ready(pod), now, restartedAt(pod))
          : endedStatus(pod, exitCode, now);
      write('PATCH', pod, '/status', { metadata: { uid }, status });
    }
  };
  const following = followAll(controlPlane, pods, stopped.signal, look, store);
  return {
    probe: () => {
      for (const pod of store.values()) look(pod as unknown as Pod);
    },
    stop: async () => {
      stopped.abort();
      await Promise.all([following, forwarder.close()]);
    },
  };
}

function hasEnded(status: Pod['status']): boolean {
  return ['Succeeded', 'Failed'].includes(status?.phase ?? '');
}
