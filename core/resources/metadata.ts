import type { SeiNode } from '../seinode.ts';
import { resourceLabels } from './labels.ts';
import type { OwnedMeta } from './types.ts';

/**
 * Metadata of an object that a node controls, so that it is collected with it. A node that was never stored has no uid,
 * and an object with an empty one is refused by the API server.
 */
export function ownedMeta(node: SeiNode, name: string): OwnedMeta {
  const { name: owner, namespace, uid = '' } = node.metadata;
  const { apiVersion, kind } = node;
  return {
    name,
    namespace,
    labels: resourceLabels(node),
    ownerReferences: [{ apiVersion, kind, name: owner, uid, controller: true, blockOwnerDeletion: true }],
  };
}
