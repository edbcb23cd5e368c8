import { configMaps, type Resource, services, statefulSets } from '../../cluster/resource.ts';
import { proxyConfig } from '../../core/resources/proxy-config.ts';
import type { PlannedTask, SeiNode } from '../../core/seinode.ts';
import type { Objects } from '../objects.ts';

/** `name`: undefined where a node has none. */
type Made = { readonly resource: Resource; readonly name: (node: SeiNode) => string | undefined };

const ofNode = ({ metadata }: SeiNode) => metadata.name;
const made: Readonly<Record<string, Made>> = {
  'apply-rbac-proxy-config': { resource: configMaps, name: node => proxyConfig(node)?.metadata.name },
  'apply-statefulset': { resource: statefulSets, name: ofNode },
  'apply-service': { resource: services, name: ofNode },
};

/**
 * A task of the plan under way that is done and whose object is gone: somebody deleted it. What comes later in the plan
 * waits for a pod that cannot come, and a node's objects are seen to only once it is steady.
 */
export function lostTask(node: SeiNode, objects: Pick<Objects, 'cached'>): PlannedTask | undefined {
  const { plan } = node.status ?? {};
  return plan?.phase !== 'Active' ? undefined : plan.tasks.find(isLost);

  function isLost({ type, status }: PlannedTask): boolean {
    const { resource, name: nameOf } = made[type] ?? {};
    const name = status === 'Complete' ? nameOf?.(node) : undefined;
    if (resource === undefined || name === undefined) return false;
    return objects.cached(resource, node.metadata.namespace, name) === undefined;
  }
}
