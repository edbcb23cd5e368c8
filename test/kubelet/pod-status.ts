import type { ObjectMeta } from '../../core/kubernetes.ts';

/** A Pod (Kubernetes API, core/v1): what a kubelet reads of it. */
export type Pod = {
  readonly metadata: ObjectMeta & { readonly uid: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
  };
  readonly status?: { readonly startTime?: string };
};

type Container = { readonly name: string; readonly image: string; readonly restartPolicy?: string };

/**
 * The status that a kubelet gives a pod whose containers all run: init containers have ended, native sidecars run.
 *
 * @param ready whether the container `sei-sidecar` passes its readiness probe; seid waits for it, and the pod with both.
 * @param now where the pod has not started before.
 * @param restartedAt since when `sei-sidecar` runs, where it has not since the pod's start.
 */
export function podStatus(pod: Pod, ready: boolean, now: string, restartedAt?: string): object {
  const startTime = pod.status?.startTime ?? now;
  const isReady = (name: string) => ready || !['sei-sidecar', 'seid'].includes(name);
  const statusOf = ({ name, image, restartPolicy }: Container, isInit: boolean) => {
    const status = { name, image, imageID: image, restartCount: 0 };
    return isInit && restartPolicy !== 'Always'
      ? { ...status, ready: true, started: false, state: { terminated: ended(startTime) } }
      : {
          ...status,
          ready: isReady(name),
          started: isReady(name),
          state: { running: { startedAt: (name === 'sei-sidecar' && restartedAt) || startTime } },
        };
  };
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: now,
  });
  return {
    phase: 'Running',
    startTime,
    podIP: '10.128.0.1',
    podIPs: [{ ip: '10.128.0.1' }],
    initContainerStatuses: pod.spec.initContainers?.map(container => statusOf(container, true)),
    containerStatuses: pod.spec.containers.map(container => statusOf(container, false)),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
  };
}

function ended(at: string): object {
  return { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at };
}
