import type { Line } from './line.ts';

/**
 * Names of SeiNodes or namespaces in the cluster that a command line means (its --context, -n and the like).
 *
 * No cluster can be read yet: no names.
 */
export async function namesInCluster(_kind: 'nodes' | 'namespaces', _line: Line): Promise<readonly string[]> {
  return [];
}
