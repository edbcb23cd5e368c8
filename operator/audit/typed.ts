import { apiVersionOf, type Resource, secretMetadata } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { Fields } from '../../core/schema/structural.ts';

/** An object of a list, which need not say its type again. */
export function typed(resource: Resource, object: Fields): KubernetesObject {
  const kind = resource === secretMetadata ? 'Secret' : resource.kind;
  return { ...object, apiVersion: apiVersionOf(resource), kind } as unknown as KubernetesObject;
}
