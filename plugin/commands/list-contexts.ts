import { ClusterError } from '../../cluster/error.ts';
import { shown } from '../../core/schema/text.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { instant, namespaceOf, requestTimeout, selection, verbosity } from '../options.ts';
import { listFormat } from '../output/node-list.ts';
import { formatNodes } from '../output/nodes.ts';
import { reportProblems } from '../output/problems.ts';
import { parametersFor } from '../parameters.ts';
import type { Fault } from '../source/fleet.ts';
import type { ReadParameters } from '../source/parameters.ts';
import type { Terminal } from '../terminal.ts';
import type { FleetView } from '../view.ts';
import { type ListOptions, readList } from './list.ts';

/**
 * `list` over several clusters, asked side by side. One that cannot be read is named, and the others are shown.
 *
 * @param contexts more than one. @throws UsageError for flags that are wrong, before any cluster is asked.
 */
export async function listContexts(
  options: ListOptions,
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
  const views = parts.flatMap(({ views }) => views ?? []);
  // Of nothing that could be read there is no list, not even an empty one.
  if (parts.some(part => part.views))
    terminal.out(formatNodes(options, views, listFormat(terminal, now), terminal));
  const faults = [...parts.flatMap(({ faults }) => faults), ...(given?.faults ?? [])];
  const shownAs = {
    fleet: { ignored: [] },
    nodes: views,
    missing: [],
    namespace: namespaceOf(options),
    verbosity: 0,
  };
  return reportProblems(terminal, options, shownAs, faults) ? exitCodes.ok : exitCodes.incomplete;
}

function check(options: ListOptions): void {
  if (options.cluster || options.user) {
    throw new UsageError('--cluster and --user go with one context: each of several has its own');
  }
  requestTimeout(options);
  verbosity(options);
  selection(options);
}

/** @returns what one context has, its faults by its name; no views where its nodes could not be read. */
async function readContext(
  options: ListOptions & { readonly context: string },
  terminal: Terminal,
  given: ReadParameters | undefined,
): Promise<{ readonly views?: FleetView['views']; readonly faults: readonly Fault[] }> {
  const { context } = options;
  const of = (fault: Fault): Fault => ({ ...fault, message: `context ${shown(context)}: ${fault.message}` });
  try {
    const { views, faults } = await readList(options, terminal, given);
    return { views: views.map(view => ({ ...view, context })), faults: faults.map(of) };
  } catch (error) {
    if (error instanceof ClusterError) return { faults: [of({ message: error.message })] };
    throw error;
  }
}
