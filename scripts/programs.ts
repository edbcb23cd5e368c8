import { join } from 'node:path';
import { bundleOperator, bundleSidecar } from './bundle.ts';
import { describe } from './describe.ts';
import { embedGenesis } from './genesis.ts';

/** Makes operator.cjs and sidecar.cjs, what is in each, and the genesis files that go along. @returns a line for people. */
export async function buildPrograms(root: string, dist: string): Promise<string> {
  describe(dist, 'operator', await bundleOperator(root, join(dist, 'operator.cjs')));
  describe(dist, 'sidecar', await bundleSidecar(root, join(dist, 'sidecar.cjs')));
  return embedGenesis(join(dist, 'genesis'));
}
