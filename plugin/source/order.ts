import type { KubernetesObject } from '../../core/kubernetes.ts';

type Holder = { readonly object: KubernetesObject };

/** Orders objects by namespace, then name. */
export function byKey(a: Holder, b: Holder): number {
  const [left, right] = [a.object.metadata, b.object.metadata];
  return compare(left.namespace, right.namespace) || compare(left.name, right.name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
