import type { SeiNode } from '../seinode.ts';

/** The PersistentVolumeClaim that holds a node's chain: its own, or the one it imports (contract §4). */
export function dataClaimName(node: SeiNode): string {
  return importedClaimName(node) ?? ownClaimName(node);
}

/** The claim that is made for a node which imports none. */
export function ownClaimName({ metadata }: SeiNode): string {
  return `data-${metadata.name}`;
}

/** The claim that spec.dataVolume.import names; it is never built, changed or deleted. */
export function importedClaimName(node: SeiNode): string | undefined {
  return node.spec.dataVolume?.import?.pvcName;
}

/** The ConfigMap that kube-rbac-proxy of a node reads (contract §4). */
export function proxyConfigName(node: SeiNode): string {
  return `${node.metadata.name}-rbac-proxy-config`;
}

/** The one Pod of a node's StatefulSet (contract §4). */
export function podName({ metadata }: SeiNode): string {
  return `${metadata.name}-0`;
}

/** The Job of a node's bootstrap; as with the controller before. */
export function bootstrapJobName({ metadata }: SeiNode): string {
  return `${metadata.name}-bootstrap`;
}
