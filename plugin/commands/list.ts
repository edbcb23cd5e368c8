import { exitCodes } from '../exit-codes.ts';
import { type RowsOptions, readList } from '../node-rows.ts';
import { listFormat } from '../output/node-list.ts';
import { formatNodes } from '../output/nodes.ts';
import { reportProblems } from '../output/problems.ts';
import type { Terminal } from '../terminal.ts';

export type ListOptions = RowsOptions & { readonly watch: boolean };

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
