import { readFleet } from '../source/files.ts';
import type { Line } from './line.ts';

/**
 * Names of the SeiNodes in the files that a command line means (`-f`), or of their namespaces. Standard input is left
 * alone: what is piped in comes only once the line is entered.
 */
export async function namesInFiles(kind: 'nodes' | 'namespaces', line: Line): Promise<readonly string[]> {
  const inputs = line.flags.get('filename')?.filter(input => input !== '-') ?? [];
  const { nodes } = await readFleet(inputs, { stdin: async () => new Uint8Array() });
  const metadata = nodes.map(({ object }) => object.metadata);
  const wanted = line.flags.has('all-namespaces') ? undefined : line.flags.get('namespace')?.at(-1);
  const names =
    kind === 'namespaces'
      ? metadata.map(({ namespace }) => namespace)
      : metadata
          .filter(({ namespace }) => wanted === undefined || namespace === wanted)
          .map(({ name }) => name);
  return [...new Set(names)];
}
