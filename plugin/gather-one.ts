import { UsageError } from './errors.ts';
import { type Gathered, gather } from './gather.ts';
import type { CommonOptions } from './options.ts';
import type { Needs } from './source/cluster.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads the source and selects one node by its name; there may be none.
 *
 * @param needs as `gather` has them.
 * @throws UsageError where several namespaces have a node of that name.
 */
export async function gatherOne(
  options: CommonOptions,
  terminal: Terminal,
  name: string,
  needs: Partial<Needs> = {},
): Promise<Gathered> {
  const gathered = await gather(options, terminal, [name], needs);
  if (gathered.nodes.length > 1) {
    await gathered[Symbol.asyncDispose]();
    const namespaces = gathered.nodes.map(({ object }) => object.metadata.namespace).join(', ');
    throw new UsageError(`"${name}" is in the namespaces ${namespaces}; say which with -n NAMESPACE`);
  }
  return gathered;
}
