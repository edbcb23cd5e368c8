import { setTimeout } from 'node:timers/promises';
import { openCluster } from '../cluster/client.ts';
import { reflect } from '../cluster/reflector.ts';
import type { Resource } from '../cluster/resource.ts';
import { Store } from '../core/watch/store.ts';
import type { ControlPlane } from './control-plane/control-plane.ts';

/**
 * Follows objects of every namespace until the signal.
 *
 * @param heard told of each as it is, first and whenever it changes. @param store holds those that exist.
 */
export async function followAll<T>(
  { kubeconfig }: ControlPlane,
  resource: Resource,
  signal: AbortSignal,
  heard: (object: T) => void,
  store = new Store(),
): Promise<void> {
  const client = openCluster({ kubeconfig, requestTimeout: 0, stdinTaken: false, userAgent: 'test' }, {});
  await reflect(client, { resource }, store, {
    signal,
    wait: milliseconds => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
    random: Math.random,
    now: () => performance.now(),
    failed: () => {},
    heard: deltas => {
      for (const { type, object } of deltas) if (type !== 'deleted') heard(object as T);
    },
  });
  await client.close();
}
