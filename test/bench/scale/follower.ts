import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openCluster } from '../../../cluster/client.ts';
import { Caches } from '../../../operator/caches.ts';

/** What following a cluster came to until it was asked: changes that were heard of, and CPU of their thread. */
export type Followed = { readonly changes: number; readonly cpuSeconds: number };

/**
 * Follows what a replica of the operator follows and does nothing about it, on a thread of its own.
 *
 * @returns what ends it and tells how much that was.
 */
export async function follower(kubeconfig: string): Promise<() => Promise<Followed>> {
  const worker = new Worker(new URL(import.meta.url), { workerData: kubeconfig });
  const next = () => new Promise<Followed>(resolve => worker.once('message', resolve));
  await next();
  return async () => {
    const told = next();
    worker.postMessage('how much');
    return told.finally(() => worker.terminate());
  };
}

async function follow(kubeconfig: string): Promise<void> {
  let changes = 0;
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
  const [known, before] = [changes, process.threadCpuUsage()];
  const tell = () => {
    const { user, system } = process.threadCpuUsage(before);
    parentPort?.postMessage({
      changes: changes - known,
      cpuSeconds: (user + system) / 1e6,
    } satisfies Followed);
  };
  parentPort?.on('message', tell);
  tell();
}

if (!isMainThread) await follow(workerData as string);
