import { ClusterError } from '../../cluster/error.ts';
import type { Resource } from '../../cluster/resource.ts';
import type { Sent } from '../../cluster/write.ts';
import type { Owned } from '../../core/ownership.ts';
import { remainsFault } from '../../core/plan/remains.ts';
import type { OwnedMeta } from '../../core/resources/types.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Came } from '../../core/sidecar/outcome.ts';
import type { Objects } from '../objects.ts';

/**
 * Makes an object of a node, or makes it so, with one write. What belongs to another node of the name is waited for: an
 * apply would take it over, as the operator applied it then too, and garbage collection would delete it. So what the cache
 * does not know is looked for. What was written onto an object on its way out is told by the answer.
 *
 * @throws ClusterError where the API server neither takes nor refuses the object (422).
 */
export async function applyOwned(
  node: SeiNode,
  objects: Objects,
  resource: Resource,
  object: Sent & { metadata: OwnedMeta },
): Promise<Came> {
  const { namespace, name } = object.metadata;
  const fault = (found: unknown) =>
    found === undefined ? undefined : remainsFault(found as Owned, node, `${object.kind} ${name}`);
  const known = fault(
    objects.cached(resource, namespace, name) ?? (await objects.read(resource, namespace, name)),
  );
  if (known !== undefined) return { kind: 'waiting', message: known };
  try {
    const met = fault(await objects.apply(node, resource, object));
    return met === undefined ? { kind: 'complete' } : { kind: 'waiting', message: met };
  } catch (error) {
    if (!(error instanceof ClusterError && error.fault.status === 422)) throw error;
    const met = fault(await objects.read(resource, namespace, name));
    return met === undefined
      ? { kind: 'terminal', message: error.message }
      : { kind: 'waiting', message: met };
  }
}
