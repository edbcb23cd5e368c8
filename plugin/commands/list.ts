import { exitCodes } from '../exit-codes.ts';
import { gather } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { listFormat } from '../output/node-list.ts';
import { formatNodes } from '../output/nodes.ts';
import { reportProblems } from '../output/problems.ts';
import { parametersFor } from '../parameters.ts';
import type { Terminal } from '../terminal.ts';
import { viewExposure, viewFleet } from '../view.ts';

export type ListOptions = CommonOptions & { readonly watch: boolean; readonly parameters?: string };

/** `list`: the TLS fleet, one row a node. */
export async function list(options: ListOptions, terminal: Terminal): Promise<number> {
  if (options.watch) {
    return (await import('./list-watch.ts')).listWatch(options, terminal);
  }
  await using gathered = await gather(options, terminal, [], { network: 'policies' });
  const { parameters, faults } = await parametersFor(options, terminal, gathered.client);
  // Without parameters nobody knows what is exposed; the rest is shown.
  const seen = faults.length > 0 ? viewFleet(gathered) : viewExposure(gathered, parameters);
  terminal.out(formatNodes(options, seen.views, listFormat(terminal, gathered.now), terminal));
  const all = [...seen.faults, ...faults];
  return reportProblems(terminal, options, gathered, all) ? exitCodes.ok : exitCodes.incomplete;
}
