import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openCluster } from '../../../cluster/client.ts';
import { Caches } from '../../../operator/caches.ts';

/** What following a cluster came to since it was asked the last time: changes that were heard of, and CPU of their thread. */
export type Followed = { readonly changes: number; readonly cpuSeconds: number };

/**
 * Follows what a replica of the operator follows and does nothing about it, on a thread of its own.
 *
 * @returns what tells how much that was; it is over with the process.
 */
export async function follower(kubeconfig: string): Promise<() => Promise<Followed>> {
  const worker = new Worker(new URL(import.meta.url), { workerData: kubeconfig });
  const next = () => new Promise<Followed>(resolve => worker.once('message', resolve));
  await next();
  worker.unref();
  return () => {
    const told = next();
    worker.postMessage('how much');
    return told;
  };
}

async function follow(kubeconfig: string): Promise<void> {
  let changes = 0;
  let before = process.threadCpuUsage();
  const caches = new Caches({
    client: openCluster({ kubeconfig, requestTimeout: 20_000, stdinTaken: true, userAgent: 'follower' }, {}),
    signal: new AbortController().signal,
    now: () => performance.now(),
    heard: (_, deltas) => {
      changes += deltas.length;
    },
    ...{ failed: () => {}, missed: () => {}, healed: () => {} },
  });
  await caches.synced();
  const tell = () => {
    const { user, system } = process.threadCpuUsage(before);
    parentPort?.postMessage({ changes, cpuSeconds: (user + system) / 1e6 } satisfies Followed);
    [changes, before] = [0, process.threadCpuUsage()];
  };
  parentPort?.on('message', tell);
  tell();
}

if (!isMainThread) await follow(workerData as string);
