import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

const root = join(import.meta.dirname, '../..');
/** Where the operator's manifests are. */
export const directory = join(root, 'operator/manifests');

/** An object of the manifests, as far as tests ask. */
export type Manifest = {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind is another
  readonly [field: string]: any;
};

/** Every object in the files below operator/manifests. */
export const manifests: readonly Manifest[] = globSync('**/*.yaml', { cwd: directory })
  .filter(file => !file.endsWith('kustomization.yaml'))
  .toSorted()
  .flatMap(file => loadAll(readFileSync(join(directory, file), 'utf8')) as Manifest[]);

/** The one object of a kind (and name). @throws where there is none. */
export function manifest(kind: string, name?: string): Manifest {
  const found = manifests.find(
    object => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  if (found === undefined) throw new Error(`no ${kind} ${name ?? ''}`);
  return found;
}
