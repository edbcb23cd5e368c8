import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import type { NodeView } from '../view.ts';
import { nodeName, render } from './render.ts';
import { type Cell, table } from './table.ts';

/** How a command shows nodes in every format. */
export type NodeFormat = {
  /** The kind of the JSON and YAML document. */
  readonly kind: string;
  readonly item: (view: NodeView) => Record<string, unknown>;
  /** Columns after NAMESPACE. */
  readonly header: readonly string[];
  readonly row: (view: NodeView) => readonly Cell[];
  readonly wideHeader: readonly string[];
  readonly wideRow: (view: NodeView) => readonly Cell[];
};

/** Nodes in the format asked for. @param views taken once. @param widths of columns that were printed before; grows. */
export function formatNodes(
  options: CommonOptions,
  views: Iterable<NodeView>,
  format: NodeFormat,
  { foldAt }: Terminal,
  widths?: number[],
): string {
  return render(options.output, {
    kind: format.kind,
    content: () => ({ items: Array.from(views, format.item) }),
    names: () => Array.from(views, ({ node }) => nodeName(node.metadata)),
    text: () => nodeTable(options, views, format, foldAt, widths),
  });
}

/** CONTEXT shows where several were asked. NAMESPACE shows with -A, and where the rows would be ambiguous without it. */
function nodeTable(
  options: CommonOptions,
  views: Iterable<NodeView>,
  format: NodeFormat,
  foldAt: number | undefined,
  widths: number[] | undefined,
): string {
  const wide = options.output === 'wide';
  const own = Array.from(views, view => ({
    context: view.context,
    namespace: view.node.metadata.namespace,
    cells: [...format.row(view), ...(wide ? format.wideRow(view) : [])],
  }));
  const spread = options.allNamespaces || new Set(own.map(({ namespace }) => namespace)).size > 1;
  const several = own.some(({ context }) => context !== undefined);
  const header = [
    ...(several ? ['CONTEXT'] : []),
    ...(spread ? ['NAMESPACE'] : []),
    ...format.header,
    ...(wide ? format.wideHeader : []),
  ];
  const rows = own.map(({ context = '', namespace, cells }) => [
    ...(several ? [context] : []),
    ...(spread ? [namespace] : []),
    ...cells,
  ]);
  return table(options.noHeaders || rows.length === 0 ? rows : [header, ...rows], foldAt, widths);
}
