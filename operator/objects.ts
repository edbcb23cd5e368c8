import type { Client } from '../cluster/client.ts';
import { getIfThere } from '../cluster/get.ts';
import { listAll } from '../cluster/list.ts';
import { type Resource, seiNodes } from '../cluster/resource.ts';
import { verbsOf } from '../cluster/served.ts';
import { apply, create, merge, patchStatus, type Removal, remove, type Sent } from '../cluster/write.ts';
import { objectKey } from '../core/kubernetes.ts';
import type { Fields } from '../core/schema/structural.ts';
import type { SeiNode } from '../core/seinode.ts';
import { keyOf, versionOf } from '../core/watch/change.ts';
import type { Store } from '../core/watch/store.ts';
import { sharedList } from './shared-list.ts';

/** The name that server-side apply knows the operator by; the controller before had it, so its fields are ours. */
export const fieldManager = 'seinode-controller';

/** The metadata of what was written, as the API server has it. */
export type Written = Pick<Fields, 'metadata'>;

/** The objects around nodes, as reconciling reads and writes them. A read or write that fails throws ClusterError. */
export type Objects = {
  /** As the cache has it, frozen; undefined where there is none. */
  readonly cached: (resource: Resource, namespace: string, name: string) => Fields | undefined;
  /** Every one in a namespace, as the cache has them. */
  readonly cachedIn: (resource: Resource, namespace: string) => readonly Fields[];
  /** Every SeiNode of the cluster, as the cache has them. */
  readonly nodes: () => readonly SeiNode[];
  /** As the API server has it now; undefined where there is none. */
  readonly read: (
    resource: Resource,
    namespace: string | undefined,
    name: string,
  ) => Promise<Fields | undefined>;
  /** Every one in a namespace that a label selects, as the API server has them now. */
  readonly list: (resource: Resource, namespace: string, labelSelector: string) => Promise<readonly Fields[]>;
  /** What may be done with a kind, as the API server has it now; there is no create for one whose CRD is being deleted. */
  readonly verbsOf: (resource: Resource) => Promise<readonly string[]>;
  /** Makes an object of a node, or makes it so, whoever owned its fields before. */
  readonly apply: (
    node: SeiNode,
    resource: Resource,
    object: Sent & { metadata: { name: string } },
  ) => Promise<Written>;
  /** Makes an object of a node; where there is one of that name it is a Conflict (AlreadyExists) and stays as it is. */
  readonly create: (node: SeiNode, resource: Resource, object: Sent) => Promise<Written>;
  /** Changes an object of a node by a merge patch, if it is still of the UID in it. */
  readonly merge: (node: SeiNode, resource: Resource, name: string, change: Fields) => Promise<Written>;
  /** Writes the finalizers of a node, if it is still of the resourceVersion given. */
  readonly patchFinalizers: (node: SeiNode, finalizers: readonly string[]) => Promise<Written>;
  /** Changes the status of a node, if it is still of the resourceVersion given. */
  readonly patchStatus: (node: SeiNode, status: Fields) => Promise<Written>;
  /** Deletes an object of a node. @returns false where there is none of that name; another UID is a Conflict. */
  readonly remove: (node: SeiNode, resource: Resource, name: string, removal: Removal) => Promise<unknown>;
};

/** What a write is told to: the node it was made for, and what the API server answered. */
export type Wrote = (node: SeiNode, resource: Resource, version: string) => void;

/**
 * The objects of a cluster.
 *
 * @param stores of the collections that are followed. @param wrote told of every write, so that no node is reconciled on a
 * cache that does not know it yet.
 */
export function objectsOf(client: Client, stores: ReadonlyMap<Resource, Store>, wrote: Wrote): Objects {
  const targetOf = ({ metadata: { namespace } }: SeiNode, resource: Resource, name: string) => {
    return { resource, namespace, name, answersMetadata: true };
  };
  const heard = async (node: SeiNode, resource: Resource, writing: Promise<Fields>): Promise<Written> => {
    const { metadata } = await writing;
    wrote(node, resource, versionOf({ metadata }));
    return { metadata };
  };
  return {
    cached: (resource, namespace, name) => stores.get(resource)?.get(objectKey(namespace, name)),
    cachedIn: (resource, namespace) =>
      [...(stores.get(resource)?.values() ?? [])].filter(object => keyOf(object).startsWith(`${namespace}/`)),
    nodes: () => [...(stores.get(seiNodes)?.values() ?? [])] as unknown[] as SeiNode[],
    read: (resource, namespace, name) => getIfThere(client, { verb: 'get', resource, namespace, name }),
    list: sharedList(
      async (resource, namespace, labelSelector) =>
        (await listAll(client, { resource, namespace }, { labelSelector })).items,
    ),
    verbsOf: resource => verbsOf(client, resource),
    apply: (node, resource, object) => {
      const target = targetOf(node, resource, object.metadata.name);
      return heard(node, resource, apply(client, target, object, { fieldManager, force: true }));
    },
    create: (node, resource, object) => {
      const target = targetOf(node, resource, '');
      return heard(node, resource, create(client, target, object, fieldManager));
    },
    merge: (node, resource, name, change) =>
      heard(node, resource, merge(client, targetOf(node, resource, name), change, fieldManager)),
    patchFinalizers: (node, finalizers) => {
      const value = { metadata: { resourceVersion: versionOf(node), finalizers } };
      const target = targetOf(node, seiNodes, node.metadata.name);
      return heard(node, seiNodes, merge(client, target, value, fieldManager));
    },
    patchStatus: (node, status) => {
      const target = targetOf(node, seiNodes, node.metadata.name);
      return heard(node, seiNodes, patchStatus(client, target, versionOf(node), status, fieldManager));
    },
    remove: (node, resource, name, removal) =>
      remove(client, { resource, namespace: node.metadata.namespace, name }, removal),
  };
}
