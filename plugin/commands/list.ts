import { exitCodes } from '../exit-codes.ts';
import { gather } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { listFormat } from '../output/node-list.ts';
import { formatNodes } from '../output/nodes.ts';
import { reportProblems } from '../output/problems.ts';
import type { Terminal } from '../terminal.ts';
import { viewFleet } from '../view.ts';

/** `list`: the TLS fleet, one row a node. */
export async function list(
  options: CommonOptions & { readonly watch: boolean },
  terminal: Terminal,
): Promise<number> {
  if (options.watch) {
    return (await import('./list-watch.ts')).listWatch(options, terminal);
  }
  await using gathered = await gather(options, terminal);
  const { views, faults } = viewFleet(gathered);
  terminal.out(formatNodes(options, views, listFormat(terminal, gathered.now), terminal));
  return reportProblems(terminal, options, gathered, faults) ? exitCodes.ok : exitCodes.incomplete;
}
