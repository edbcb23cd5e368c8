import { printableLine } from '../../core/printable.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts, utcSeconds } from '../../core/tls-secret.ts';
import { exitCodes } from '../exit-codes.ts';
import { gather } from '../gather.ts';
import { type CommonOptions, isForPeople } from '../options.ts';
import { formatNodes, type NodeFormat } from '../output/nodes.ts';
import { reportProblems } from '../output/problems.ts';
import type { Cell } from '../output/table.ts';
import { tlsCells } from '../output/verdict.ts';
import { wrap } from '../output/wrap.ts';
import type { Terminal } from '../terminal.ts';
import { isReady, leafOf, type NodeView, viewFleet } from '../view.ts';

/** `tls check [NODE…]`: the verdict of condition SidecarTLSSecretReady for each node. */
export async function tlsCheck(
  options: CommonOptions & { readonly nodes: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  await using gathered = await gather(options, terminal, options.nodes);
  const { views, faults } = viewFleet(gathered);
  const format: NodeFormat = {
    kind: 'TLSReport',
    item: reportItem,
    header: ['NAME', 'TLS', 'SECRET', 'READY/REASON', 'NOT AFTER'],
    row: view => row(view, terminal),
    wideHeader: ['NOT BEFORE', 'MISSING', 'ISSUER', 'SERIAL'],
    wideRow,
  };
  const text = formatNodes(options, views, format, terminal);
  terminal.out(isForPeople(options) ? text + explanations(views, terminal) : text);
  return exitCode(views, reportProblems(terminal, options, gathered, faults));
}

/** One item of a TLSReport. */
export function reportItem(view: NodeView): Record<string, unknown> {
  const { node, verdict, requiredDNSNames } = view;
  const leaf = leafOf(view);
  return {
    namespace: node.metadata.namespace,
    name: node.metadata.name,
    tls: verdict !== undefined,
    secretName: tlsSecretName(node),
    ready: isReady(view),
    reason: verdict?.reason,
    message: verdict?.message,
    requiredDNSNames,
    missing: verdict?.missing,
    certificate: leaf && certificateFacts(leaf),
  };
}

function row(view: NodeView, terminal: Terminal): Cell[] {
  const leaf = leafOf(view);
  return [
    view.node.metadata.name,
    ...tlsCells(view, terminal),
    leaf === undefined ? '-' : utcSeconds(leaf.notAfterUnix),
  ];
}

function wideRow(view: NodeView): Cell[] {
  const leaf = leafOf(view);
  return [
    leaf === undefined ? '-' : utcSeconds(leaf.notBeforeUnix),
    view.verdict?.missing?.join(',') ?? '-',
    leaf?.issuer || '-',
    leaf?.serial ?? '-',
  ];
}

function explanations(views: readonly NodeView[], terminal: Terminal): string {
  const paragraphs = views
    .filter(view => !isReady(view))
    .map(({ node: { metadata }, verdict }) => {
      const head = printableLine(`${metadata.namespace}/${metadata.name}`);
      return `${head}\n${wrap(printableLine(verdict?.message ?? ''), terminal.width, '  ')}`;
    });
  return paragraphs.length === 0 ? '' : `\n${paragraphs.join('')}`;
}

function exitCode(views: readonly NodeView[], complete: boolean): number {
  if (!complete || views.some(({ verdict }) => verdict?.status === 'Unknown')) {
    return exitCodes.incomplete;
  }
  return views.every(isReady) ? exitCodes.ok : exitCodes.findings;
}
