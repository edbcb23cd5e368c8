import { persistentVolumeClaims } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { bootstrappedAnnotation, isBootstrapped } from '../../core/plan/bootstrapped.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Objects } from '../objects.ts';

/**
 * Says on a claim that its volume carries the chain of a node, so that nothing is ever restored onto it again.
 *
 * @throws ClusterError, a Conflict where the claim is another by now.
 */
export async function markBootstrapped(
  node: SeiNode,
  objects: Objects,
  claim: Pick<KubernetesObject, 'metadata'>,
): Promise<void> {
  if (isBootstrapped(node, claim)) return;
  const { name, namespace, uid } = claim.metadata;
  const annotations = { [bootstrappedAnnotation]: node.spec.chainId };
  // The UID keeps it from making a claim where this one has gone.
  const metadata = { name, namespace, uid, annotations };
  await objects.apply(node, persistentVolumeClaims, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
  });
}
