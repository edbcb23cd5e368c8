import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import {
  persistentVolumeClaims,
  persistentVolumes,
  type Resource,
  seiNodes,
} from '../../cluster/resource.ts';
import { create, merge, remove, type Sent } from '../../cluster/write.ts';
import type { ObjectMeta } from '../../core/kubernetes.ts';
import type { Fields } from '../../core/schema/structural.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Decision } from '../../core/toggle/decision.ts';
import type { Journal } from '../../core/toggle/journal.ts';
import { fieldManager } from '../../core/toggle/managers.ts';
import { keptAnnotation } from '../../core/toggle/manifest.ts';
import type { Seen } from '../../core/toggle/seen.ts';

/** A decision that writes to the cluster. */
export type Write = Extract<
  Decision,
  {
    kind:
      | 'set reclaim policy'
      | 'set import'
      | 'take ownerReference away'
      | 'put ownerReference back'
      | 'delete node'
      | 'keep node'
      | 'create node';
  }
>;

/**
 * Does what was decided, if the object is still as it was seen: every write names the UID and resourceVersion.
 *
 * @returns what the cluster shows by the answer. @throws ClusterError: 409 where it was changed meanwhile; without a
 * status, or 5xx, it may have been done.
 */
export async function act(client: Client, { node, claim }: Journal, seen: Seen, write: Write): Promise<Seen> {
  const { namespace, name } = node;
  const ofNode = { resource: seiNodes, namespace, name };
  const ofClaim = { resource: persistentVolumeClaims, namespace, name: claim.name };
  const owners = seen.claim?.metadata.ownerReferences ?? [];
  switch (write.kind) {
    case 'set reclaim policy': {
      const target = { resource: persistentVolumes, name: seen.volume?.metadata.name as string };
      const spec = { persistentVolumeReclaimPolicy: write.policy };
      return { ...seen, volume: await patch(client, target, seen.volume, { spec }) };
    }
    case 'take ownerReference away': {
      const ownerReferences = owners.filter(({ uid }) => uid !== write.owner.uid);
      return { ...seen, claim: await patch(client, ofClaim, seen.claim, { metadata: { ownerReferences } }) };
    }
    case 'put ownerReference back': {
      const ownerReferences = [...owners, write.owner];
      return { ...seen, claim: await patch(client, ofClaim, seen.claim, { metadata: { ownerReferences } }) };
    }
    case 'set import': {
      const spec = { dataVolume: { import: { pvcName: claim.name } } };
      return { ...seen, node: await patch(client, ofNode, write.node, { spec }) };
    }
    case 'keep node': {
      const annotations = { [keptAnnotation]: write.mark };
      return { ...seen, node: await patch(client, ofNode, write.node, { metadata: { annotations } }) };
    }
    case 'delete node': {
      const { uid = '', resourceVersion = '' } = write.node.metadata;
      const left = await remove(client, ofNode, { uid, resourceVersion, propagationPolicy: 'Background' });
      // Without a finalizer it is gone at once, and the answer is a Status.
      return { ...seen, node: left?.kind === 'SeiNode' ? (left as unknown as SeiNode) : undefined };
    }
    case 'create node': {
      const made = await create(
        client,
        { resource: seiNodes, namespace },
        write.manifest as Sent,
        fieldManager,
      );
      return { ...seen, node: made as unknown as SeiNode };
    }
  }
}

type Target = { readonly resource: Resource; readonly namespace?: string; readonly name: string };

/** @param from as it was seen: a list in it is written as a whole. */
async function patch<T extends { readonly metadata: Pick<ObjectMeta, 'uid' | 'resourceVersion'> }>(
  client: Client,
  target: Target,
  from: T | undefined,
  change: { readonly metadata?: Fields; readonly spec?: Fields },
): Promise<T> {
  const { uid, resourceVersion } = from?.metadata ?? {};
  if (!uid || !resourceVersion) {
    throw new ClusterError(`${target.resource.kind} ${target.name} was not seen: nothing of it is changed`);
  }
  const value = { ...change, metadata: { ...change.metadata, uid, resourceVersion } };
  return (await merge(client, target, value, fieldManager)) as unknown as T;
}
