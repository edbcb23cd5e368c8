import type { ObjectMeta } from '../../core/kubernetes.ts';
import type { Affinity } from './anti-affinity.ts';

/** A Pod (Kubernetes API, core/v1): what a kubelet reads of it. */
export type Pod = {
  readonly metadata: ObjectMeta & { readonly uid: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly restartPolicy?: string;
    readonly affinity?: Affinity;
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
  };
  readonly status?: { readonly startTime?: string; readonly phase?: string };
};

type Container = {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly name?: string }[];
  readonly readinessProbe?: { readonly httpGet?: { readonly path?: string } };
};

/**
 * The status that a kubelet gives a pod whose containers all run: init containers have ended, native sidecars run.
 *
 * @param ready whether the sidecar passes the readiness probe of the container that asks it, `sei-sidecar` where none does;
 * seid waits for it, and the pod with both.
 * @param now where the pod has not started before.
 * @param restartedAt since when `sei-sidecar` runs, where it has not since the pod's start.
 */
export function podStatus(pod: Pod, ready: boolean, now: string, restartedAt?: string): object {
  const startTime = pod.status?.startTime ?? now;
  const asksHealth = ({ readinessProbe }: Container) => readinessProbe?.httpGet?.path === '/v0/healthz';
  const asked = pod.spec.initContainers?.filter(asksHealth).map(({ name }) => name) ?? [];
  const waiting = ['seid', ...(asked.length > 0 ? asked : ['sei-sidecar'])];
  const isReady = (name: string) => ready || !waiting.includes(name);
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

/** The status of a pod that was run once and whose containers have ended; native sidecars end with them. */
export function endedStatus(pod: Pod, exitCode: number, now: string): object {
  const startTime = pod.status?.startTime ?? now;
  const statusOf = ({ name, image }: Container, code: number) => ({
    ...{ name, image, imageID: image, restartCount: 0, ready: false, started: false },
    state: { terminated: ended(startTime, code) },
  });
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    startTime,
    initContainerStatuses: pod.spec.initContainers?.map(container => statusOf(container, 0)),
    containerStatuses: pod.spec.containers.map(container => statusOf(container, exitCode)),
    conditions: [],
  };
}

function ended(at: string, exitCode = 0): object {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return { exitCode, reason, startedAt: at, finishedAt: at };
}
