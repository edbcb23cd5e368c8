import { tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts, utcSeconds } from '../../core/tls-secret.ts';
import { exitCodes } from '../exit-codes.ts';
import { gather, reportFaults, reportIgnored, reportMissing } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { formatNodes } from '../output/nodes.ts';
import { printableLine } from '../output/printable.ts';
import type { Cell } from '../output/table.ts';
import { readyCell } from '../output/verdict.ts';
import { wrap } from '../output/wrap.ts';
import type { Terminal } from '../terminal.ts';
import { isReady, type NodeView, viewFleet } from '../view.ts';

/** `tls check [NODE…]`: the verdict of condition SidecarTLSSecretReady for each node. */
export async function tlsCheck(
  options: CommonOptions & { readonly nodes: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  const { fleet, nodes, missing, judge, now } = await gather(options, terminal, options.nodes);
  const { views, faults } = viewFleet(nodes, fleet, judge, now);
  const text = formatNodes(options, views, {
    kind: 'TLSReport',
    item: reportItem,
    header: ['NAME', 'TLS', 'SECRET', 'READY/REASON', 'NOT AFTER'],
    row: view => row(view, terminal),
    wideHeader: ['NOT BEFORE', 'MISSING', 'ISSUER', 'SERIAL'],
    wideRow,
  });
  terminal.out(text);
  if (options.output === 'table' || options.output === 'wide') {
    terminal.out(explanations(views, terminal));
  }
  reportFaults(terminal, faults);
  reportMissing(terminal, missing, options);
  reportIgnored(terminal, fleet, options);
  return exitCode(views, faults.length + missing.length);
}

/** One item of a TLSReport. */
export function reportItem(view: NodeView): Record<string, unknown> {
  const { node, verdict, material } = view;
  return {
    namespace: node.metadata.namespace,
    name: node.metadata.name,
    tls: verdict !== undefined,
    secretName: tlsSecretName(node),
    ready: isReady(view),
    reason: verdict?.reason,
    message: verdict?.message,
    requiredDNSNames: view.requiredDNSNames,
    missing: verdict?.missing,
    certificate: material?.leaf.ok ? certificateFacts(material.leaf.value) : undefined,
  };
}

function row(view: NodeView, terminal: Terminal): Cell[] {
  const { node, verdict, material } = view;
  return [
    node.metadata.name,
    verdict === undefined ? 'off' : 'on',
    tlsSecretName(node) ?? '-',
    readyCell(terminal, verdict),
    material?.leaf.ok ? utcSeconds(material.leaf.value.notAfter) : '-',
  ];
}

function wideRow({ verdict, material }: NodeView): Cell[] {
  const leaf = material?.leaf.ok ? material.leaf.value : undefined;
  return [
    leaf === undefined ? '-' : utcSeconds(leaf.notBefore),
    verdict?.missing?.join(',') ?? '-',
    leaf?.issuer || '-',
    leaf?.serial ?? '-',
  ];
}

function explanations(views: readonly NodeView[], terminal: Terminal): string {
  const paragraphs = views
    .filter(view => !isReady(view))
    .map(({ node: { metadata }, verdict }) => {
      const head = `${metadata.namespace}/${metadata.name}\n`;
      return head + wrap(printableLine(verdict?.message ?? ''), terminal.width, '  ');
    });
  return paragraphs.length === 0 ? '' : `\n${paragraphs.join('')}`;
}

function exitCode(views: readonly NodeView[], unread: number): number {
  if (unread > 0 || views.some(({ verdict }) => verdict?.status === 'Unknown')) {
    return exitCodes.incomplete;
  }
  return views.every(isReady) ? exitCodes.ok : exitCodes.findings;
}
