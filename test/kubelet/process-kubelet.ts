import { isDeepStrictEqual } from 'node:util';
import { configMaps, pods, secrets } from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { Store } from '../../core/watch/store.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { followAll } from '../follow.ts';
import { type Held, holdPodPorts } from '../pod-ports.ts';
import { startForwarder } from './forwarder.ts';
import type { Images } from './images.ts';
import { type NodeWriter, registerNode } from './node.ts';
import { PodRun, type RunnablePod } from './pod-run.ts';
import { runStatus } from './run-status.ts';
import type { Projected } from './volumes.ts';

/** A stand-in for the kubelet that runs the containers of pods as processes of this machine, one pod at a time. */
export type ProcessKubelet = {
  /** A pod that runs; undefined where it does not. @param key NAMESPACE/NAME. */
  readonly pod: (key: string) => PodRun | undefined;
  /** Forgets its pods and lets others have the ports; their processes end with the control plane. */
  readonly stop: () => Promise<void>;
};

export type ProcessKubeletOptions = {
  readonly images: Images;
  /** Milliseconds until a change of a Secret or ConfigMap is in the files of its volumes. */
  readonly projectionDelay: number;
  /** Whether a pod is its to run; every one, where it is not said. */
  readonly mine?: (pod: RunnablePod) => boolean;
  /** Makes sure of the ports; `holdPodPorts`, where it is not said. */
  readonly hold?: () => Promise<Held>;
  /** Of the periods of probes and the time between restarts: 0.1 is ten times as often as they say. */
  readonly scale: number;
};

/**
 * Starts one, once nobody else of this machine has the ports of the contract. What it is and is not: ADR 22.
 *
 * @throws where a port stays taken.
 */
export async function startProcessKubelet(
  controlPlane: ControlPlane,
  { images, projectionDelay, scale, mine = () => true, hold = holdPodPorts }: ProcessKubeletOptions,
): Promise<ProcessKubelet> {
  const ports = await hold();
  const stopped = new AbortController();
  const { signal } = stopped;
  const stores = { Secret: new Store(), ConfigMap: new Store() };
  const runs = new Map<string, PodRun>();
  const runOf = (key: string) =>
    [...runs.values()].find(({ metadata }) => objectKey(metadata.namespace, metadata.name) === key);
  const forwarder = await startForwarder(key => (runOf(key)?.initialized ? '127.0.0.1' : undefined));
  const writer = await registerNode(controlPlane, signal, forwarder.port);
  const updates = new Set<NodeJS.Timeout>();
  /** The end of the pod that has the ports. */
  let turn: Promise<void> = Promise.resolve();
  const machineOf = ({ namespace }: RunnablePod['metadata']) => ({
    ...{ images, scale, supervisor: controlPlane.supervisor },
    find: (kind: keyof typeof stores, name: string) =>
      stores[kind].get(objectKey(namespace, name)) as Projected | undefined,
  });
  const begin = (pod: RunnablePod) => {
    const told = tells(writer, pod);
    const run = new PodRun(pod, machineOf(pod.metadata), () => told.say(runStatus(run)));
    runs.set(pod.metadata.uid, run);
    turn = turn.then(async () => {
      await run.run();
      await told.end();
      runs.delete(pod.metadata.uid);
    });
  };
  const look = (pod: RunnablePod) => {
    if (!mine(pod)) return;
    const run = runs.get(pod.metadata.uid);
    if (pod.spec.nodeName === undefined) void writer.bind(pod);
    else if (run === undefined) begin(pod);
    if (pod.metadata.deletionTimestamp !== undefined) runs.get(pod.metadata.uid)?.end();
  };
  const update = () => {
    const timer = setTimeout(() => {
      updates.delete(timer);
      for (const run of runs.values()) run.volumes.update();
    }, projectionDelay);
    updates.add(timer);
  };
  const following = [
    followAll<RunnablePod>(controlPlane, pods, signal, look),
    followAll(controlPlane, secrets, signal, update, stores.Secret),
    followAll(controlPlane, configMaps, signal, update, stores.ConfigMap),
  ];
  return {
    pod: runOf,
    stop: async () => {
      stopped.abort();
      for (const timer of updates) clearTimeout(timer);
      for (const run of runs.values()) run.end();
      await Promise.all([turn, ...following]);
      await forwarder.close();
      await ports.release();
    },
  };
}

/** Writes a pod's status, one after the other and never the same twice; `end` lets the API server forget the pod. */
function tells({ write }: NodeWriter, pod: RunnablePod) {
  let last: object = {};
  let written: Promise<void> = Promise.resolve();
  const { uid } = pod.metadata;
  return {
    say: (status: object) => {
      written = written.then(async () => {
        if (isDeepStrictEqual(status, last)) return;
        last = status;
        await write('PATCH', pod, '/status', { metadata: { uid }, status });
      });
    },
    end: async () => {
      await written;
      await write('DELETE', pod, '', { gracePeriodSeconds: 0, preconditions: { uid } });
    },
  };
}
