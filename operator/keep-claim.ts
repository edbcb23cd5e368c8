import { ClusterError } from '../cluster/error.ts';
import { persistentVolumeClaims } from '../cluster/resource.ts';
import { type KubernetesObject, objectKey } from '../core/kubernetes.ts';
import { bootstrappedAnnotation } from '../core/plan/bootstrapped.ts';
import type { NodeEvent } from '../core/plan/events.ts';
import type { OwnClaim } from '../core/plan/finalize.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Objects } from './objects.ts';

/** Tells people of an object that needs them: in the log, and by an Event of the object. It must not throw. */
export type Tell = (object: KubernetesObject, event: NodeEvent) => void;

/**
 * Takes the references to a node off its claim, else garbage collection would delete it with the node. Where the node ran
 * it is said on the claim that it carries the chain, as for one that is imported: it will be.
 *
 * @throws ClusterError, a Conflict where the claim is another by now.
 */
export async function keepClaim(
  node: SeiNode,
  objects: Objects,
  { name, uid }: OwnClaim,
  tell: Tell,
): Promise<void> {
  const { namespace } = node.metadata;
  const read = await objects.read(persistentVolumeClaims, namespace, name);
  const claim = read as KubernetesObject | undefined;
  if (claim?.metadata.uid !== uid) throw new ClusterError(`${name} is another by now`, { status: 409 });
  const { resourceVersion, ownerReferences = [] } = claim.metadata;
  const others = ownerReferences.filter(owner => owner.uid !== node.metadata.uid);
  const annotations = { [bootstrappedAnnotation]: node.spec.chainId };
  const metadata = {
    ...{ uid, resourceVersion, ownerReferences: others },
    ...(node.status?.currentImage && { annotations }),
  };
  await objects.merge(node, persistentVolumeClaims, name, { metadata });
  tell(claim, { type: 'Warning', reason: 'VolumeKept', message: messageOf(node, name) });
}

function messageOf({ metadata: { namespace, name } }: SeiNode, claim: string): string {
  return (
    `kept, though SeiNode ${objectKey(namespace, name)} goes: it goes with the CRD seinodes.sei.io, and nobody deleted the ` +
    `node itself; install the CRD anew and create the SeiNode with dataVolume.import.pvcName ${claim}`
  );
}
