import type { ObjectMeta, OwnerReference } from './kubernetes.ts';
import type { SeiNode } from './seinode.ts';

/** The part of any object that tells whose it is. */
export type Owned = { readonly metadata: ObjectMeta };

/** The owner that manages an object; undefined where nobody does. */
export function controllerOf({ metadata }: Owned): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Whether a node manages an object: this very node, not one of its name before it. */
export function isControlledBy(object: Owned, { metadata }: SeiNode): boolean {
  return metadata.uid !== undefined && controllerOf(object)?.uid === metadata.uid;
}

/** A SeiNode other than this one that an object belongs to, and would be collected with. */
export function otherNodeOwning({ metadata }: Owned, node: SeiNode): OwnerReference | undefined {
  return metadata.ownerReferences?.find(owner => isSeiNode(owner) && owner.uid !== node.metadata.uid);
}

/** `SeiNode n0 (UID …)`, for a message. */
export function ownerName({ kind, name, uid }: OwnerReference): string {
  return `${kind} ${name ?? 'without name'} (UID ${uid})`;
}

/** Whether a reference is to a SeiNode; its kind alone says nothing, another group may have one. */
export function isSeiNode({ apiVersion = '', kind }: OwnerReference): boolean {
  return kind === 'SeiNode' && /^sei\.io\//.test(apiVersion);
}
