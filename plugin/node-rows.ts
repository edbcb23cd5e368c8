import { type Gathered, gather } from './gather.ts';
import type { CommonOptions } from './options.ts';
import { parametersFor } from './parameters.ts';
import type { Fault } from './source/fleet.ts';
import type { ReadParameters } from './source/parameters.ts';
import type { Terminal } from './terminal.ts';
import { type NodeView, viewEach, viewEachExposure } from './view.ts';

/** Which nodes are shown, and by whose word on who may connect. */
export type RowsOptions = CommonOptions & { readonly parameters?: string };

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
  options: RowsOptions,
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
