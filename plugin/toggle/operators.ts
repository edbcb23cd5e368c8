import type { Client, Query } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import { configMaps, deployments, leases, type Resource } from '../../cluster/resource.ts';
import type { Lease } from '../../core/doctor/facts.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { shardsOf } from '../../core/shards.ts';
import { defaultSizeIn, largestSize, settingsOf, sizeVariable } from '../../core/toggle/environment.ts';
import {
  type Deployment,
  isHeldBy,
  isToldSizes,
  liveDeployments,
  operatorLabels,
  operatorLease,
  operatorNamespace,
} from '../../core/toggle/operator.ts';
import { withoutNulls } from '../source/decode.ts';

const labelled = { labelSelector: operatorLabels };

/**
 * The Deployments of the operator, ours or the reference's, wherever they are: by their labels, else by the Lease that
 * they are elected by, else by what they are told. One request in most clusters.
 *
 * @returns else why none is known. @throws ClusterError where the cluster does not answer.
 */
export async function findOperators(client: Client): Promise<Result<readonly Deployment[]>> {
  const found = await listOperators(client);
  return found.ok && found.value.length === 0 ? failure('no Deployment of an operator is found') : found;
}

/** The same, but that there is none is no failure. @throws ClusterError where the cluster does not answer. */
export async function listOperators(client: Client): Promise<Result<readonly Deployment[]>> {
  const everywhere = await listed<Deployment>(client, deployments, undefined, labelled);
  if (!everywhere.ok) {
    const usual = await listed<Deployment>(client, deployments, operatorNamespace, labelled);
    return usual.ok && usual.value.length > 0 ? usual : everywhere;
  }
  if (everywhere.value.length > 0) return everywhere;
  const elected = await byLease(client);
  return elected.ok && elected.value.length > 0 ? elected : bySettings(client);
}

/** Whoever has labels and Lease of their own still tells the operator what it must know. */
async function bySettings(client: Client): Promise<Result<readonly Deployment[]>> {
  const all = await listed<Deployment>(client, deployments);
  return all.ok ? success(all.value.filter(isToldSizes)) : all;
}

async function byLease(client: Client): Promise<Result<readonly Deployment[]>> {
  const named = { fieldSelector: `metadata.name=${operatorLease}` };
  const found = await listed<Lease>(client, leases, undefined, named);
  const [lease] = found.ok ? found.value : [];
  if (lease === undefined) return success([]);
  const { namespace } = lease.metadata;
  const isGroup = shardsOf(lease.spec ?? {}) !== undefined;
  // A group is named after no pod, but the holders of its shards are.
  const held = isGroup ? await listed<Lease>(client, leases, namespace) : success([lease]);
  const near = await listed<Deployment>(client, deployments, namespace);
  if (!held.ok || !near.ok) return near;
  return success(near.value.filter(deployment => held.value.some(each => isHeldBy(each, deployment))));
}

/**
 * The size of new volumes for nodes of a mode, as the operator's environment says it.
 *
 * @returns else why it cannot be read. @throws ClusterError where the cluster does not answer.
 */
export async function readDefaultSize(
  client: Client,
  operators: Result<readonly Deployment[]>,
  node: SeiNode,
): Promise<Result<string>> {
  if (!operators.ok) return operators;
  const variable = sizeVariable(node);
  const sizes = liveDeployments(operators.value).map(async deployment => {
    const names = [...new Set(settingsOf(deployment, variable))];
    const { namespace } = deployment.metadata;
    const read = names.map(async name => [name, await settingsIn(client, namespace, name)] as const);
    return defaultSizeIn(deployment, variable, new Map(await Promise.all(read)));
  });
  return largestSize(await Promise.all(sizes));
}

function settingsIn(
  client: Client,
  namespace: string,
  name: string,
): Promise<Result<Readonly<Record<string, string>>>> {
  return tolerated(async () => {
    const object = await getIfThere(client, { verb: 'get', resource: configMaps, namespace, name });
    const { data } = (object ?? {}) as { data?: Readonly<Record<string, string>> | null };
    return data ?? {};
  });
}

function listed<T>(
  client: Client,
  resource: Resource,
  namespace?: string,
  query: Query = {},
): Promise<Result<readonly T[]>> {
  return tolerated(async () => {
    const { items } = await listAll(client, { resource, namespace }, query, item => withoutNulls(item) as T);
    return items;
  });
}

/** What a toggle can do without. @throws ClusterError where the cluster does not answer at all. */
export async function tolerated<T>(ask: () => Promise<T>): Promise<Result<T>> {
  try {
    return success(await ask());
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status !== undefined) return failure(error.message);
    throw error;
  }
}
