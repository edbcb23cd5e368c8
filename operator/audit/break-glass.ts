import type { Resource } from '../../cluster/resource.ts';
import { breakGlassReason } from '../../core/findings/break-glass.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { NodeEvent } from '../../core/plan/events.ts';
import type { Delta, Store } from '../../core/watch/store.ts';
import { typed } from './typed.ts';

/** An object for which the rules are set aside, and why. */
export type BreakGlass = { readonly object: KubernetesObject; readonly reason: string };

/** Every object in the caches for which somebody set the rules aside. */
export function* brokenGlass(stores: ReadonlyMap<Resource, Store>): Generator<BreakGlass> {
  for (const [resource, store] of stores) {
    for (const object of store.values()) {
      const reason = breakGlassReason(object);
      if (reason !== undefined) yield { object: typed(resource, object), reason };
    }
  }
}

/** What is told of a change that sets the rules aside, or says another reason for it; undefined where none does. */
export function breakGlassEvent(
  resource: Resource,
  delta: Delta,
): { readonly object: KubernetesObject; readonly event: NodeEvent } | undefined {
  const reason = delta.type === 'deleted' ? undefined : breakGlassReason(delta.object);
  const before = delta.type === 'updated' ? breakGlassReason(delta.before) : undefined;
  if (reason === undefined || reason === before) return undefined;
  const message = `the rules on SeiNodes are set aside for it: ${reason}`;
  return { object: typed(resource, delta.object), event: { type: 'Warning', reason: 'BreakGlass', message } };
}
