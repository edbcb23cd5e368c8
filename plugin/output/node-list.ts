import { shortDuration } from '../../core/duration.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts } from '../../core/tls-secret.ts';
import { paint, type Terminal } from '../terminal.ts';
import { isReady, leafOf, type NodeView, volumeOf } from '../view.ts';
import type { NodeFormat } from './nodes.ts';
import type { Cell } from './table.ts';
import { tlsCells } from './verdict.ts';

/** How `list` shows nodes. @param now RFC 3339 */
export function listFormat(terminal: Terminal, now: string): NodeFormat {
  return {
    kind: 'NodeList',
    item: listItem,
    header: ['NAME', 'PHASE', 'TLS', 'SECRET', 'READY/REASON', 'EXPIRES', 'EXPOSED', 'AGE'],
    row: view => row(view, terminal, Date.parse(now)),
    wideHeader: ['IMAGE', 'MISSING', 'ISSUER', 'CHAIN', 'PVC'],
    wideRow,
  };
}

/** One node as `list -o json` has it. */
export function listItem(view: NodeView): Record<string, unknown> {
  const { node, verdict } = view;
  const leaf = leafOf(view);
  return {
    context: view.context,
    namespace: node.metadata.namespace,
    name: node.metadata.name,
    phase: node.status?.phase,
    deleted: view.deleted,
    tls: verdict !== undefined,
    secretName: tlsSecretName(node),
    ready: isReady(view),
    reason: verdict?.reason,
    message: verdict?.message,
    missing: verdict?.missing,
    certificate: leaf && certificateFacts(leaf),
    exposed: exposedPorts(view),
    image: node.spec.image,
    pvc: volumeOf(view).pvc,
    creationTimestamp: node.metadata.creationTimestamp,
  };
}

function row(view: NodeView, terminal: Terminal, now: number): Cell[] {
  const { metadata, status } = view.node;
  return [
    metadata.name,
    view.deleted ? 'Deleted' : (status?.phase ?? '-'),
    ...tlsCells(view, terminal),
    expiry(view, now),
    exposedCell(view, terminal),
    age(view, now),
  ];
}

/** How long ago a node was made; `-` where that is not known. @param now milliseconds since 1970. */
export function age({ node }: NodeView, now: number): string {
  const created = node.metadata.creationTimestamp;
  return created === undefined ? '-' : shortDuration(now - Date.parse(created));
}

/** The ports that are known to be open beyond who may connect; `unknown` where none is, and some may be. */
function exposedPorts({ exposure }: NodeView): readonly number[] | 'unknown' {
  if (exposure === undefined) return 'unknown';
  return exposure.open.length === 0 && exposure.unknown.length > 0 ? 'unknown' : exposure.open;
}

/** The same for people, each port that nobody knows of with a question mark; `-` where there is none. */
export function exposedText({ exposure }: NodeView): string {
  if (exposure === undefined) return 'unknown';
  return [...exposure.open.map(String), ...exposure.unknown.map(port => `${port}?`)].join(',') || '-';
}

function exposedCell(view: NodeView, terminal: Terminal): Cell {
  const { open, unknown } = view.exposure ?? { open: [], unknown: [] };
  const text = exposedText(view);
  if (open.length + unknown.length === 0) return text;
  return { text, paint: cell => paint(terminal, open.length > 0 ? 'red' : 'yellow', cell) };
}

/** How long a node's certificate is valid, or since when it is not; `-` where none parses. @param now milliseconds since 1970. */
export function expiry(view: NodeView, now: number): string {
  const leaf = leafOf(view);
  if (leaf === undefined) {
    return '-';
  }
  const left = leaf.notAfterUnix * 1000 - now;
  return left < 0 ? `${shortDuration(left)} ago` : shortDuration(left);
}

function wideRow(view: NodeView): Cell[] {
  const { node, verdict, material } = view;
  return [
    node.spec.image,
    verdict?.missing?.join(',') ?? '-',
    leafOf(view)?.issuer || '-',
    material === undefined ? '-' : String(material.certificates),
    volumeOf(view).pvc,
  ];
}
