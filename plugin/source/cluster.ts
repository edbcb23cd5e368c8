import pLimit from 'p-limit';
import type { Client, Query } from '../../cluster/client.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { whyNotServed } from '../../cluster/served.ts';
import { connections } from '../../cluster/transport.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { isTooDeep, maxDepth } from '../../core/schema/depth.ts';
import { storedFaults } from '../../core/schema/stored.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { type NetworkNeeds, readNetwork } from './cluster-network.ts';
import { withoutNulls } from './decode.ts';
import type { Fault, Fleet, Sourced } from './fleet.ts';
import { NetworkGathering } from './network.ts';
import { byKey } from './order.ts';
import { SecretReads } from './secret-reads.ts';

/** Which nodes of a cluster are asked for. */
export type Wanted = {
  /** Absent for every namespace. */
  readonly namespace: string | undefined;
  /** Names; none means all. */
  readonly names: readonly string[];
  /** `labelSelector` and `fieldSelector`. */
  readonly query: Query;
};

/** What is wanted of a cluster beside its nodes. */
export type Needs = NetworkNeeds & {
  /** The Secrets that nodes name. */
  readonly secrets: boolean;
  /** Who wrote the nodes (metadata.managedFields): as long as the rest of an object. */
  readonly managers: boolean;
};

/**
 * Reads nodes of a cluster, the Secrets that they name, those alone and by name, and who reaches them.
 *
 * @returns what could be read; what of the rest could not is a fault. @throws ClusterError where the nodes cannot be read.
 */
export async function readCluster(client: Client, wanted: Wanted & Needs): Promise<Fleet> {
  const reads = new SecretReads(client);
  const kept = wanted.managers ? (item: Fields) => item : withoutManagers;
  const take = (item: Fields) => (wanted.secrets ? decodeWanting(kept(item), reads) : decode(kept(item)));
  const [nodes, { surrounded, faults }] = await Promise.all([
    served(client, readNodes(client, wanted, take)),
    readNetwork(client, wanted, wanted.namespace),
  ]);
  const fleet = await fleetFrom(nodes, reads);
  return { ...fleet, ...surrounded, faults: [...fleet.faults, ...faults] };
}

/** Nodes as the API server sends them, and the Secrets that they name, which are read now. */
export async function fleetOf(client: Client, items: readonly Fields[]): Promise<Fleet> {
  const reads = new SecretReads(client);
  return fleetFrom(
    items.map(item => decodeWanting(item, reads)),
    reads,
  );
}

/** Nodes by their keys, as they are in a cluster, without their Secrets; those that are not there are left out. @throws ClusterError */
export async function readNamedNodes(client: Client, keys: readonly NodeKey[]): Promise<Fleet> {
  const limit = pLimit(connections);
  const found = Promise.all(keys.map(key => limit(() => getNode(client, key))));
  const decoded = (await served(client, found)).flatMap(node => (node === undefined ? [] : [decode(node)]));
  return fleetFrom(decoded, new SecretReads(client));
}

type NodeKey = { readonly namespace: string; readonly name: string };
type Decoded = { readonly node?: Sourced<SeiNode>; readonly faults: readonly Fault[] };

async function served<T>(client: Client, read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw await whyNotServed(client, seiNodes, error);
  }
}

async function fleetFrom(decoded: readonly Decoded[], reads: SecretReads): Promise<Fleet> {
  const { secret, faults } = await reads.done();
  return {
    nodes: decoded.flatMap(({ node }) => (node === undefined ? [] : [node])).toSorted(byKey),
    secret,
    faults: [...decoded.flatMap(({ faults }) => faults), ...faults],
    ignored: [],
    ...new NetworkGathering().done(),
  };
}

async function readNodes(
  client: Client,
  { namespace, names, query }: Wanted,
  take: (item: Fields) => Decoded,
): Promise<readonly Decoded[]> {
  const scope = { resource: seiNodes, namespace };
  if (names.length === 0) {
    return (await listAll(client, scope, query, take)).items;
  }
  const limit = pLimit(connections);
  const unique = [...new Set(names)];
  const read = async (name: string): Promise<readonly Decoded[]> => {
    if (namespace === undefined) {
      return (await listAll(client, scope, { fieldSelector: `metadata.name=${name}` }, take)).items;
    }
    const node = await getNode(client, { namespace, name });
    return node === undefined ? [] : [take(node)];
  };
  return (await Promise.all(unique.map(name => limit(read, name)))).flat();
}

function withoutManagers(item: Fields): Fields {
  return isFields(item.metadata) ? { ...item, metadata: { ...item.metadata, managedFields: null } } : item;
}

function getNode(client: Client, key: NodeKey): Promise<Fields | undefined> {
  return getIfThere(client, { verb: 'get', resource: seiNodes, ...key });
}

function decodeWanting(item: Fields, reads: SecretReads): Decoded {
  const decoded = decode(item);
  if (decoded.node) reads.want(decoded.node.object);
  return decoded;
}

/** A cluster of another CRD may store what we cannot read: such a node is a fault, not a guess. */
function decode(value: Fields): Decoded {
  if (isTooDeep(value)) {
    return { faults: [{ message: `SeiNode ${keyOf(value)}: nests deeper than ${maxDepth} levels` }] };
  }
  const object = { ...withoutNulls(value), apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode' };
  const faults = storedFaults(object);
  if (faults.length > 0) {
    const key = keyOf(value);
    return {
      faults: faults.map(({ field, message }) => ({ message: `SeiNode ${key}: ${field} ${message}` })),
    };
  }
  const node = { object: object as unknown as SeiNode, unknownFields: [], lineOf: () => undefined };
  return { node, faults };
}

function keyOf({ metadata }: Fields): string {
  const { namespace, name } = isFields(metadata) ? metadata : {};
  return objectKey(String(namespace), String(name));
}
