import type { Client, Query } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import { secrets, seiNodes } from '../../cluster/resource.ts';
import { whyNotServed } from '../../cluster/served.ts';
import { connections } from '../../cluster/transport.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { storedFaults } from '../../core/schema/stored.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import { decodeSecret, withoutNulls } from './decode.ts';
import { isTooDeep, maxDepth } from './depth.ts';
import type { Fault, Fleet, SecretLookup, Sourced } from './fleet.ts';
import { byKey } from './gather.ts';

/** Which nodes of a cluster are asked for. */
export type Wanted = {
  /** Absent for every namespace. */
  readonly namespace: string | undefined;
  /** Names; none means all. */
  readonly names: readonly string[];
  /** `labelSelector` and `fieldSelector`. */
  readonly query: Query;
};

/**
 * Reads nodes of a cluster and the Secrets that they name, those alone and by name.
 *
 * @returns what could be read; a Secret that could not is a fault. @throws ClusterError where the nodes cannot be read.
 */
export async function readCluster(client: Client, wanted: Wanted): Promise<Fleet> {
  const found = await readNodes(client, wanted).catch(async error => {
    throw await whyNotServed(client, seiNodes, error);
  });
  return fleetOf(client, found);
}

/** Nodes as the API server sends them, and the Secrets that they name, which are read now. */
export async function fleetOf(client: Client, items: readonly Fields[]): Promise<Fleet> {
  const decoded = items.map(decode);
  const nodes = decoded.flatMap(({ node }) => (node === undefined ? [] : [node]));
  const { secret, faults } = await readSecrets(client, nodes);
  return {
    nodes: nodes.toSorted(byKey),
    secret,
    faults: [...decoded.flatMap(({ faults }) => faults), ...faults],
    ignored: [],
  };
}

/** Nodes by their keys, as they are in a cluster; those that are not there are left out. @throws ClusterError */
export async function readNamedNodes(
  client: Client,
  keys: readonly { readonly namespace: string; readonly name: string }[],
): Promise<Fleet> {
  const found = await eachOf(keys, key => getNode(client, key)).catch(async error => {
    throw await whyNotServed(client, seiNodes, error);
  });
  const decoded = found.flatMap(node => (node === undefined ? [] : [decode(node)]));
  return {
    nodes: decoded.flatMap(({ node }) => (node === undefined ? [] : [node])).toSorted(byKey),
    secret: () => ({ found: 'no' }),
    faults: decoded.flatMap(({ faults }) => faults),
    ignored: [],
  };
}

async function readNodes(client: Client, { namespace, names, query }: Wanted): Promise<readonly Fields[]> {
  if (names.length === 0) {
    return (await listAll(client, seiNodes, namespace, query)).items;
  }
  const unique = [...new Set(names)];
  if (namespace !== undefined) {
    const nodes = await eachOf(unique, name => getNode(client, { namespace, name }));
    return nodes.filter(node => node !== undefined);
  }
  const lists = await eachOf(unique, name =>
    listAll(client, seiNodes, undefined, { fieldSelector: `metadata.name=${name}` }),
  );
  return lists.flatMap(({ items }) => items);
}

function getNode(client: Client, key: { namespace: string; name: string }): Promise<Fields | undefined> {
  return getIfThere(client, { verb: 'get', resource: seiNodes, ...key });
}

/** A cluster of another CRD may store what we cannot read: such a node is a fault, not a guess. */
function decode(value: Fields): { node?: Sourced<SeiNode>; faults: Fault[] } {
  if (isTooDeep(value)) {
    return { faults: [{ message: `SeiNode ${keyOf(value)}: nests deeper than ${maxDepth} levels` }] };
  }
  const object = { ...withoutNulls(value), apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode' };
  const faults = storedFaults(object);
  return faults.length > 0
    ? {
        faults: faults.map(({ field, message }) => ({
          message: `SeiNode ${keyOf(value)}: ${field} ${message}`,
        })),
      }
    : {
        faults: [],
        node: { object: object as unknown as SeiNode, unknownFields: [], lineOf: () => undefined },
      };
}

function keyOf({ metadata }: Fields): string {
  const { namespace, name } = isFields(metadata) ? metadata : {};
  return objectKey(String(namespace), String(name));
}

/** Reads every Secret that nodes name, once, and says per namespace and cause why some could not be. */
export async function readSecrets(
  client: Client,
  nodes: readonly Sourced<SeiNode>[],
): Promise<Pick<Fleet, 'secret' | 'faults'>> {
  const wanted = new Map<string, { namespace: string; name: string }>();
  for (const { object } of nodes) {
    const name = tlsSecretName(object);
    const { namespace } = object.metadata;
    if (name !== undefined) wanted.set(objectKey(namespace, name), { namespace, name });
  }
  const lookups = new Map<string, SecretLookup>();
  const failed = new Map<string, { first: string; more: number }>();
  let lost: ClusterError | undefined;
  await eachOf([...wanted], async ([key, { namespace, name }]) => {
    try {
      if (lost) throw lost;
      lookups.set(key, await lookUp(client, namespace, name));
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      // Where the way to the server is gone, waiting for each Secret would take for ever.
      if (error.fault.status === undefined) lost = error;
      lookups.set(key, { found: 'unreadable', why: error.message });
      const cause = lost ? '' : `${error.fault.status} ${namespace}`;
      const known = failed.get(cause);
      failed.set(cause, known ? { ...known, more: known.more + 1 } : { first: error.message, more: 0 });
    }
  });
  const faults = [...failed.values()].map(({ first, more }) => ({
    message: more === 0 ? first : `${first}; the same for ${more} more ${more === 1 ? 'Secret' : 'Secrets'}`,
  }));
  return { secret: (namespace, name) => lookups.get(objectKey(namespace, name)) ?? { found: 'no' }, faults };
}

async function lookUp(client: Client, namespace: string, name: string): Promise<SecretLookup> {
  const value = await getIfThere(client, { verb: 'get', resource: secrets, namespace, name });
  if (value === undefined) return { found: 'no' };
  const { faults, secret } = decodeSecret(value, namespace);
  if (faults.length > 0) {
    const why = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new ClusterError(`the Secret ${objectKey(namespace, name)} cannot be understood: ${why}`, {
      status: 200,
    });
  }
  return { found: 'yes', secret };
}

/** Does something for each item, a few at a time, and keeps the order. */
async function eachOf<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const work = async () => {
    for (const [index, item] of waiting) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: connections }, work));
  return results;
}
