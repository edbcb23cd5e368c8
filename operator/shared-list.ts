import type { Resource } from '../cluster/resource.ts';

type List<Items> = (resource: Resource, namespace: string, labelSelector: string) => Promise<Items>;

/**
 * Lists the same for many who ask at once, such as all nodes of a namespace that is deleted: one list is under way, and who
 * asks meanwhile shares the next. Nobody is given a list that was begun before it was asked for.
 */
export function sharedList<Items>(list: List<Items>): List<Items> {
  const underWay = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<Items>>();
  return (resource, namespace, labelSelector) => {
    const key = `${resource.group}/${resource.plural}/${namespace}?${labelSelector}`;
    const listed = async () => {
      await underWay.get(key)?.catch(() => undefined);
      next.delete(key);
      const listing = list(resource, namespace, labelSelector);
      underWay.set(key, listing);
      return listing.finally(() => underWay.get(key) === listing && underWay.delete(key));
    };
    const shared = next.get(key) ?? listed();
    next.set(key, shared);
    return shared;
  };
}
