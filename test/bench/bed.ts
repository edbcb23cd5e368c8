import pLimit from 'p-limit';
import { pods } from '../../cluster/resource.ts';
import { type ObjectMeta, objectKey } from '../../core/kubernetes.ts';
import type { Answer } from '../control-plane/api.ts';
import type { KeyPair } from '../control-plane/certificates.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { startNodePool } from '../control-plane/node-pool.ts';
import type { NodePrograms, Programs } from '../control-plane/programs.ts';
import { until } from '../control-plane/until.ts';
import { environment } from '../core/resources/nodes.ts';
import { followAll } from '../follow.ts';
import { type Sidecars, startSidecars } from '../sidecars/sidecars.ts';
import { issue, namespace, secret, seiNode, volume } from './fleet.ts';

/** A control plane on which pods become ready, with all that TLS nodes need but the nodes themselves. */
export type Bed = {
  readonly controlPlane: ControlPlane;
  readonly sidecars: Sidecars;
  /** Creates the nodes, 32 requests at a time; of all those from one to before another, by their numbers. */
  readonly createNodes: (from?: number, to?: number) => Promise<void>;
};

/**
 * Makes one and lets it be measured. Volumes know their claims before these are there, and each node's Secret exists.
 *
 * @param count of nodes.
 */
export async function onBed<T>(
  programs: Programs,
  nodePrograms: NodePrograms,
  count: number,
  measure: (bed: Bed, count: number) => Promise<T>,
): Promise<T> {
  const controlPlane = await startControlPlane(programs);
  const over = new AbortController();
  try {
    const pairs = await furnish(controlPlane, nodePrograms, namesOf(count));
    const up = followPods(controlPlane, over.signal);
    // As of a pod that does not run yet, nothing is heard of its sidecar.
    const sidecars = await startSidecars({ pairOf: node => (up.has(node) ? pairs.get(node) : undefined) });
    const nodes = namesOf(count).map(seiNode);
    const path = `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`;
    const createNodes: Bed['createNodes'] = (from, to) => creator(controlPlane)(path, nodes.slice(from, to));
    return await measure({ controlPlane, sidecars, createNodes }, count).finally(sidecars.close);
  } finally {
    over.abort();
    await controlPlane.stop();
  }
}

/** The nodes whose pods run, as NAMESPACE/NAME, at any moment until the signal. */
function followPods(controlPlane: ControlPlane, signal: AbortSignal): ReadonlySet<string> {
  const up = new Set<string>();
  followAll<Pod>(controlPlane, pods, signal, ({ metadata, status }) => {
    const node = objectKey(metadata.namespace, metadata.labels?.['sei.io/node'] ?? '');
    const runs = status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
    runs ? up.add(node) : up.delete(node);
  });
  return up;
}

type Pod = { readonly metadata: ObjectMeta; readonly status?: { readonly phase?: string } };

export function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

/** Everything but sidecars and nodes. @returns the certificate of each node. */
export async function furnish(
  controlPlane: ControlPlane,
  nodePrograms: NodePrograms,
  names: readonly string[],
): Promise<Map<string, KeyPair>> {
  const create = creator(controlPlane);
  await startNodePool(controlPlane, nodePrograms, { 'karpenter.sh/nodepool': environment.SEI_NODEPOOL_NAME });
  await create('/api/v1/namespaces', [{ metadata: { name: namespace } }]);
  await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, [
    { metadata: { name: environment.SEI_SERVICE_ACCOUNT } },
  ]);
  await create(
    '/api/v1/persistentvolumes',
    names.map(name => volume(namespace, name)),
  );
  await until(() => areAvailable(controlPlane));
  const { authority, pairs } = await issue(names);
  await create(
    `/api/v1/namespaces/${namespace}/secrets`,
    names.map(name => secret(name, pairs.get(objectKey(namespace, name))!, authority)),
  );
  return pairs;
}

export function creator({ call }: ControlPlane): (path: string, objects: readonly object[]) => Promise<void> {
  return async (path, objects) => {
    await pLimit(32).map(objects, async object => {
      const { status, body } = await persistently(() => call('POST', path, object));
      if (status !== 201) {
        throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
      }
    });
  };
}

/** An API server or a webhook that is not in time is asked again, as clients do; what is there by then was made. */
async function persistently(create: () => Promise<Answer>, times = 20): Promise<Answer> {
  const answer = await create().catch(() => undefined);
  if (answer !== undefined && (answer.status !== 500 || times === 0)) return answer;
  if (times === 0) throw new Error('the API server does not answer');
  const next = await persistently(create, times - 1);
  return next.status === 409 ? { ...next, status: 201 } : next;
}

/** kube-controller-manager has seen every volume, so that it need not while the clock runs. */
async function areAvailable({ call }: ControlPlane): Promise<boolean> {
  const { items } = (await call('GET', '/api/v1/persistentvolumes')).body as { items: readonly Volume[] };
  return items.every(({ status }) => status?.phase === 'Available');
}

type Volume = { readonly status?: { readonly phase?: string } };
