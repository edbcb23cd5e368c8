import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import { openCluster } from '../../../cluster/client.ts';
import { reflect } from '../../../cluster/reflector.ts';
import { configMaps } from '../../../cluster/resource.ts';
import type { Fields } from '../../../core/schema/structural.ts';
import { keyOf, uidOf, versionOf } from '../../../core/watch/change.ts';
import { type Delta, Store } from '../../../core/watch/store.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import { type FaultProxy, startFaultProxy } from './proxy.ts';
import type { Seen } from './seen.ts';

/** ConfigMaps of a namespace, followed as the operator follows its collections, over a way that can be broken. */
export type Watched = {
  readonly proxy: FaultProxy;
  readonly store: Store;
  /** The moment of the cluster before anything is changed. */
  readonly moment: string;
  /** What was said of each fault. */
  readonly failures: string[];
  /** Adds, changes, deletes and makes anew, some of it in letters of several bytes. */
  readonly change: () => Promise<void>;
  readonly patch: (name: string) => Promise<unknown>;
  /** Whether the view is that of a fresh list, told so that nothing is added twice or deleted unknown. */
  readonly isFresh: () => Promise<boolean>;
  readonly begin: () => void;
};

/** So many times faster than an operator everything is here. */
const haste = 100;

export const isWatch = ({ query }: Seen): boolean => query.has('watch');
export const isList = ({ method, query }: Seen): boolean => method === 'GET' && !query.has('watch');

/** Makes the namespace with ten of them, and who follows them from `begin` on. @param kubeconfig with a token. */
export async function watched(
  t: ExecutionContext,
  { call, directory }: ControlPlane,
  kubeconfig: string,
  namespace: string,
): Promise<Watched> {
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const make = async (name: string) => {
    const { status } = await call('POST', path, { metadata: { name }, data: { text: '節点'.repeat(50) } });
    if (status !== 201) throw new Error(`ConfigMap ${name}: ${status}`);
  };
  await call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const count = (from: number, length: number) => Array.from({ length }, (_, at) => `c${from + at}`);
  await Promise.all(count(0, 10).map(make));
  const list = async () => (await call('GET', path)).body as { items: Fields[]; metadata: Fields };
  const { metadata } = await list();
  const proxy = await startFaultProxy({ kubeconfig, directory });
  const over = new AbortController();
  const client = openCluster(
    { kubeconfig: proxy.kubeconfig, requestTimeout: 3_000, stdinTaken: true, userAgent: 'test' },
    {},
  );
  t.teardown(async () => {
    over.abort();
    proxy.close();
    await client.close();
  });
  const store = new Store();
  const told = new Map<string, unknown>();
  const failures: string[] = [];
  const patch = (name: string) => call('PATCH', `${path}/${name}`, { data: { at: `${Math.random()}` } });
  return {
    ...{ proxy, store, failures, patch },
    moment: String(metadata.resourceVersion),
    change: async () => {
      for (const name of count(10, 3)) await make(name);
      for (const name of ['c0', 'c3', 'c3', 'c3']) await patch(name);
      for (const name of ['c1', 'c2']) await call('DELETE', `${path}/${name}`);
      await make('c2');
    },
    isFresh: async () => {
      const { items } = await list();
      const [fresh, seen] = [items, [...store.values()]].map(versions);
      return isDeepStrictEqual(fresh, seen) && isDeepStrictEqual(new Map(told), new Map(uids(items)));
    },
    begin: () =>
      void reflect(client, { resource: configMaps, namespace, stallLimit: 3_200 }, store, {
        signal: over.signal,
        wait: milliseconds => sleep(milliseconds / haste, undefined, { signal: over.signal }).catch(() => {}),
        random: Math.random,
        now: () => performance.now() * haste,
        failed: error => void failures.push((error as Error).message),
        heard: deltas => {
          for (const delta of deltas) fold(told, delta);
        },
      }),
  };
}

/** Waits until the view is that of a fresh list. */
export async function isFresh(t: ExecutionContext, { isFresh, failures, store }: Watched): Promise<void> {
  t.true(await until(isFresh), `${failures.slice(-5).join('\n')}\n${[...store.values()].length} objects`);
}

function versions(objects: readonly Fields[]): Record<string, string> {
  return Object.fromEntries(objects.map(object => [keyOf(object), versionOf(object)]));
}

function uids(objects: readonly Fields[]): [string, unknown][] {
  return objects.map(object => [keyOf(object), uidOf(object)]);
}

function fold(told: Map<string, unknown>, { type, key, object }: Delta): void {
  if (type === 'added' && told.has(key)) throw new Error(`${key} is added twice`);
  if (type === 'deleted' && told.get(key) !== uidOf(object)) throw new Error(`${key} is deleted unknown`);
  if (type === 'deleted') told.delete(key);
  else told.set(key, uidOf(object));
}
