import type { KubernetesObject } from '../kubernetes.ts';
import type { SeiNode } from '../seinode.ts';

/** On a claim: the chain that its volume carries. A node recreated on it restores and syncs nothing (contract §3). */
export const bootstrappedAnnotation = 'sei.io/bootstrapped';

/** Whether a claim is known to carry the chain of a node. */
export function isBootstrapped(
  node: SeiNode,
  claim: Pick<KubernetesObject, 'metadata'> | undefined,
): boolean {
  return claim?.metadata.annotations?.[bootstrappedAnnotation] === node.spec.chainId;
}
