import { ClusterError } from '../../cluster/error.ts';
import { shown } from '../../core/schema/text.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { type NodeRows, type RowsOptions, readList } from '../node-rows.ts';
import { instant, namespaceOf, requestTimeout, selection, verbosity } from '../options.ts';
import { listFormat } from '../output/node-list.ts';
import { formatNodes } from '../output/nodes.ts';
import { reportProblems } from '../output/problems.ts';
import { parametersFor } from '../parameters.ts';
import type { Fault } from '../source/fleet.ts';
import type { ReadParameters } from '../source/parameters.ts';
import type { Terminal } from '../terminal.ts';
import type { NodeView } from '../view.ts';

/**
 * `list` over several clusters, asked side by side. One that cannot be read is named, and the others are shown.
 *
 * @param contexts more than one. @throws UsageError for flags that are wrong, before any cluster is asked.
 */
export async function listContexts(
  options: RowsOptions,
  contexts: readonly string[],
  terminal: Terminal,
): Promise<number> {
  check(options);
  const now = instant(options.now);
  // Read once: it may be standard input.
  const given =
    options.parameters === undefined ? undefined : await parametersFor(options, terminal, undefined);
  const parts = await Promise.all(
    contexts.map(context => readContext({ ...options, context, besideOthers: true, now }, terminal, given)),
  );
  const read = parts.flatMap(part => ('rows' in part ? [part] : []));
  // Of nothing that could be read there is no list, not even an empty one.
  if (read.length > 0) {
    terminal.out(formatNodes(options, viewsOf(read), listFormat(terminal, now), terminal));
  }
  const faults = [...parts.flatMap(faultsOf), ...(given?.faults ?? [])];
  const all = {
    fleet: { ignored: [] },
    nodes: read.flatMap(({ rows }) => rows.gathered.nodes),
    missing: [],
    namespace: namespaceOf(options),
    verbosity: 0,
  };
  return reportProblems(terminal, options, all, faults) ? exitCodes.ok : exitCodes.incomplete;
}

/** What one context has, or why its nodes could not be read. */
type Part = { readonly context: string } & ({ readonly rows: NodeRows } | { readonly lost: Fault });

function check(options: RowsOptions): void {
  if (options.cluster || options.user) {
    throw new UsageError('--cluster and --user go with one context: each of several has its own');
  }
  requestTimeout(options);
  verbosity(options);
  selection(options);
}

async function readContext(
  options: RowsOptions & { readonly context: string },
  terminal: Terminal,
  given: ReadParameters | undefined,
): Promise<Part> {
  const { context } = options;
  try {
    return { context, rows: await readList(options, terminal, given) };
  } catch (error) {
    if (error instanceof ClusterError) return { context, lost: { message: error.message } };
    throw error;
  }
}

function* viewsOf(parts: readonly { context: string; rows: NodeRows }[]): Generator<NodeView> {
  for (const { context, rows } of parts) {
    for (const view of rows.views) yield { ...view, context };
  }
}

function faultsOf(part: Part): Fault[] {
  const faults = 'rows' in part ? part.rows.faults : [part.lost];
  return faults.map(fault => ({ ...fault, message: `context ${shown(part.context)}: ${fault.message}` }));
}
