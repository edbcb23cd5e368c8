import { exitCodes } from '../exit-codes.ts';
import { type Gathered, gather } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { listFormat } from '../output/node-list.ts';
import { formatNodes } from '../output/nodes.ts';
import { reportProblems } from '../output/problems.ts';
import { parametersFor } from '../parameters.ts';
import type { Fault } from '../source/fleet.ts';
import type { ReadParameters } from '../source/parameters.ts';
import type { Terminal } from '../terminal.ts';
import { type NodeView, viewEach, viewEachExposure } from '../view.ts';

export type ListOptions = CommonOptions & { readonly watch: boolean; readonly parameters?: string };

/** `list`: the TLS fleet, one row a node. */
export async function list(options: ListOptions, terminal: Terminal): Promise<number> {
  if (options.watch) {
    return (await import('./list-watch.ts')).listWatch(options, terminal);
  }
  if (options.filename === undefined && options.context?.includes(',')) {
    const { contextsOf } = await import('../contexts.ts');
    const contexts = contextsOf(options);
    if (contexts.length > 1) {
      return (await import('./list-contexts.ts')).listContexts(options, contexts, terminal);
    }
    return listOne({ ...options, context: contexts[0] as string }, terminal);
  }
  return listOne(options, terminal);
}

async function listOne(options: ListOptions, terminal: Terminal): Promise<number> {
  const { views, faults, gathered } = await readList(options, terminal);
  terminal.out(formatNodes(options, views, listFormat(terminal, gathered.now), terminal));
  return reportProblems(terminal, options, gathered, faults) ? exitCodes.ok : exitCodes.incomplete;
}

/** Nodes of one source, judged as they are taken: the faults are all there once all views were. */
export type NodeRows = {
  readonly gathered: Gathered;
  readonly views: Iterable<NodeView>;
  readonly faults: readonly Fault[];
};

/**
 * Reads the nodes of one source.
 *
 * @param given who may connect, where that was read before; its faults are not said again.
 * @throws UsageError and ClusterError as `gather` does.
 */
export async function readList(
  options: ListOptions,
  terminal: Terminal,
  given?: ReadParameters,
): Promise<NodeRows> {
  await using gathered = await gather(options, terminal, [], { managers: false, network: 'policies' });
  const read = given ?? (await parametersFor(options, terminal, gathered.client));
  const faults = [...gathered.fleet.faults, ...(given ? [] : read.faults)];
  // Without parameters nobody knows what is exposed; the rest is shown.
  const unknown = read.faults.length > 0;
  const views = unknown ? viewEach(gathered, faults) : viewEachExposure(gathered, read.parameters, faults);
  return { gathered, views, faults };
}
