import type { PeerSource } from '../mode-specs.ts';
import { requiredDNSNames, type SeiNode } from '../seinode.ts';

/**
 * The addresses of the nodes that the labels in spec.peers select, for status.resolvedPeers: the pods' DNS names,
 * sorted, each once, without the node's own. A node on its way out is a peer no more.
 *
 * @param nodes every SeiNode there is.
 */
export function resolvedPeers(node: SeiNode, nodes: readonly SeiNode[]): string[] {
  const own = podAddress(node);
  const found = nodes.filter(other => seeks(node, other)).map(podAddress);
  return [...new Set(found)].filter(address => address !== own).toSorted();
}

/** Whether a node's labels in spec.peers select another one. */
export function seeks(node: SeiNode, other: SeiNode): boolean {
  if (other.metadata.deletionTimestamp) return false;
  return (node.spec.peers ?? []).some(({ label }) => label !== undefined && selects(label, node, other));
}

function selects(label: NonNullable<PeerSource['label']>, node: SeiNode, other: SeiNode): boolean {
  return (
    other.metadata.namespace === (label.namespace || node.metadata.namespace) &&
    Object.entries(label.selector).every(([key, value]) => other.metadata.labels?.[key] === value)
  );
}

function podAddress({ metadata: { name, namespace } }: SeiNode): string {
  return requiredDNSNames(name, namespace)[1];
}
