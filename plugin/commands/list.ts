import { shortDuration } from '../../core/duration.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts, utcSeconds } from '../../core/tls-secret.ts';
import { exitCodes } from '../exit-codes.ts';
import { gather, reportFaults, reportIgnored } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { formatNodes } from '../output/nodes.ts';
import type { Cell } from '../output/table.ts';
import { readyCell } from '../output/verdict.ts';
import type { Terminal } from '../terminal.ts';
import { isReady, type NodeView, viewFleet } from '../view.ts';

/** `list`: the TLS fleet, one row a node. */
export async function list(options: CommonOptions, terminal: Terminal): Promise<number> {
  const { fleet, nodes, judge, now } = await gather(options, terminal);
  const { views, faults } = viewFleet(nodes, fleet, judge, now);
  const text = formatNodes(options, views, {
    kind: 'NodeList',
    item: listItem,
    header: ['NAME', 'PHASE', 'TLS', 'SECRET', 'READY/REASON', 'EXPIRES', 'EXPOSED', 'AGE'],
    row: view => row(view, terminal, Date.parse(now)),
    wideHeader: ['IMAGE', 'MISSING', 'ISSUER', 'CHAIN', 'PVC'],
    wideRow,
  });
  terminal.out(text);
  reportFaults(terminal, faults);
  reportIgnored(terminal, fleet, options);
  return faults.length > 0 ? exitCodes.incomplete : exitCodes.ok;
}

/** One node as `list -o json` has it. `exposed` is unknown until the reach rules exist. */
function listItem(view: NodeView): Record<string, unknown> {
  const { node, verdict, material } = view;
  return {
    namespace: node.metadata.namespace,
    name: node.metadata.name,
    phase: node.status?.phase,
    tls: verdict !== undefined,
    secretName: tlsSecretName(node),
    ready: isReady(view),
    reason: verdict?.reason,
    message: verdict?.message,
    missing: verdict?.missing,
    certificate: material?.leaf.ok ? certificateFacts(material.leaf.value) : undefined,
    exposed: 'unknown',
    image: node.spec.image,
    pvc: pvcName(view),
    creationTimestamp: node.metadata.creationTimestamp,
  };
}

function row(view: NodeView, terminal: Terminal, now: number): Cell[] {
  const { node } = view;
  const created = node.metadata.creationTimestamp;
  return [
    node.metadata.name,
    node.status?.phase ?? '-',
    tlsSecretName(node) === undefined ? 'off' : 'on',
    tlsSecretName(node) ?? '-',
    readyCell(terminal, view.verdict),
    expiry(view, now),
    'unknown',
    created === undefined ? '-' : shortDuration(now - Date.parse(created)),
  ];
}

function expiry({ material }: NodeView, now: number): string {
  if (!material?.leaf.ok) {
    return '-';
  }
  const left = Date.parse(utcSeconds(material.leaf.value.notAfter)) - now;
  return left < 0 ? `${shortDuration(left)} ago` : shortDuration(left);
}

function wideRow(view: NodeView): Cell[] {
  const { node, verdict, material } = view;
  return [
    node.spec.image,
    verdict?.missing?.join(',') ?? '-',
    material?.leaf.ok ? material.leaf.value.issuer || '-' : '-',
    material === undefined ? '-' : String(material.certificates),
    pvcName(view),
  ];
}

function pvcName({ node }: NodeView): string {
  return node.spec.dataVolume?.import?.pvcName ?? `data-${node.metadata.name}`;
}
