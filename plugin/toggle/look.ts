import type { Client } from '../../cluster/client.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import {
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  type Resource,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { longestLabel } from '../../core/toggle/config-map.ts';
import type { Journal } from '../../core/toggle/journal.ts';
import type { Seen } from '../../core/toggle/seen.ts';
import { withoutNulls } from '../source/decode.ts';

/** What of the cluster a toggle reads of one node. */
export type Subject = Pick<Journal, 'claim' | 'volume'> & {
  readonly node: Pick<Journal['node'], 'namespace' | 'name'>;
};

/** Reads all that a toggle goes by, now. @throws ClusterError where a part of it cannot be read. */
export async function look(client: Client, subject: Subject): Promise<Omit<Seen, 'verified'>> {
  const [node, remains] = await Promise.all([lookAtNode(client, subject), lookBehind(client, subject)]);
  return { node, ...remains };
}

/** The node alone; undefined where it is gone. @throws ClusterError */
export async function lookAtNode(client: Client, { node }: Subject): Promise<Seen['node']> {
  return one<NonNullable<Seen['node']>>(client, seiNodes, node.namespace, node.name);
}

/** All but the node. @throws ClusterError */
export async function lookBehind(client: Client, subject: Subject): Promise<Omit<Seen, 'verified' | 'node'>> {
  const { namespace, name } = subject.node;
  const [volumes, statefulSet, found] = await Promise.all([
    lookAtVolume(client, subject),
    one<NonNullable<Seen['statefulSet']>>(client, statefulSets, namespace, name),
    lookAtPods(client, subject),
  ]);
  return { ...volumes, statefulSet, pods: found };
}

async function lookAtPods(client: Client, { node: { namespace, name } }: Subject): Promise<Seen['pods']> {
  if (name.length > longestLabel) return [];
  const ofNode = { labelSelector: `sei.io/node=${name}` };
  const { items } = await listAll(client, { resource: pods, namespace }, ofNode, take<Seen['pods'][number]>);
  return items;
}

/** The claim and its volume. @throws ClusterError */
export async function lookAtVolume(
  client: Client,
  { node: { namespace }, claim, volume }: Subject,
): Promise<Pick<Seen, 'claim' | 'volume'>> {
  const [foundClaim, foundVolume] = await Promise.all([
    one<NonNullable<Seen['claim']>>(client, persistentVolumeClaims, namespace, claim.name),
    one<NonNullable<Seen['volume']>>(client, persistentVolumes, undefined, volume.name),
  ]);
  return { claim: foundClaim, volume: foundVolume };
}

async function one<T>(
  client: Client,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): Promise<T | undefined> {
  const object = await getIfThere(client, { verb: 'get', resource, namespace, name });
  return object && take<T>(object);
}

function take<T>(object: Fields): T {
  return withoutNulls(object) as T;
}
