import type { KubernetesObject } from './kubernetes.ts';

/** Orders texts by UTF-16 units, the same wherever this runs. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Orders objects by namespace, then name. */
export function byKey({ metadata: a }: Named, { metadata: b }: Named): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

type Named = { readonly metadata: Pick<KubernetesObject['metadata'], 'namespace' | 'name'> };
