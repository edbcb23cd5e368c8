import type { PeerSource } from '../mode-specs.ts';
import { requiredDNSNames, type SeiNode } from '../seinode.ts';

/**
 * The addresses of the nodes that the labels in spec.peers select, for status.resolvedPeers: the pods' DNS names,
 * sorted, each once, without the node's own.
 *
 * @param nodes every SeiNode there is.
 */
export function resolvedPeers(node: SeiNode, nodes: readonly SeiNode[]): string[] {
  const labels = (node.spec.peers ?? []).flatMap(({ label }) => label ?? []);
  const own = podAddress(node);
  const found = nodes.filter(other => labels.some(label => selects(label, node, other))).map(podAddress);
  return [...new Set(found)].filter(address => address !== own).toSorted();
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
