import type { KubernetesObject } from '../../core/kubernetes.ts';
import * as order from '../../core/order.ts';

type Holder = { readonly object: KubernetesObject };

/** Orders objects by namespace, then name. */
export function byKey(a: Holder, b: Holder): number {
  return order.byKey(a.object, b.object);
}
