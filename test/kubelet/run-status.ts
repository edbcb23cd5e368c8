import type { ContainerRun } from './container.ts';
import type { PodRun } from './pod-run.ts';

/** The status of a pod whose containers are processes (PodStatus, Kubernetes API, core/v1). */
export function runStatus(pod: PodRun): object {
  const { init, sidecars, containers, initialized, startTime, waitsFor, succeeded } = pod;
  const isReady = initialized && [...sidecars, ...containers].every(({ status }) => status.ready);
  const held = waitsFor && { reason: 'ContainerCreating', message: waitsFor };
  const statusOf = ({ status }: ContainerRun) => (held ? { ...status, state: { waiting: held } } : status);
  return {
    phase:
      succeeded === undefined ? (initialized ? 'Running' : 'Pending') : succeeded ? 'Succeeded' : 'Failed',
    startTime,
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    initContainerStatuses: init.map(statusOf),
    containerStatuses: containers.map(statusOf),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', initialized),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
  };
}

function condition(type: string, isTrue: boolean): object {
  return { type, status: isTrue ? 'True' : 'False' };
}
