import { globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDirectory } from '../scripts/opa.ts';

/** The kubectl of KUBEBUILDER_ASSETS, of the cache or of PATH; undefined where there is none. */
export function findKubectl(): string | undefined {
  const directories = [
    process.env.KUBEBUILDER_ASSETS ?? '',
    join(cacheDirectory(), '**'),
    ...(process.env.PATH ?? '').split(delimiter),
  ].filter(directory => directory !== '');
  return directories.flatMap(directory => globSync(join(directory, 'kubectl')))[0];
}
