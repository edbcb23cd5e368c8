import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import type { Lookup, Surrounded } from './fleet.ts';
import { byKey } from './order.ts';

/** What decides who reaches whom once files are applied to a cluster: an object of the files takes the place of its former self. */
export function layOver(files: Surrounded, cluster: Surrounded): Surrounded {
  const policies = merged(files.policies, cluster.policies, ({ object }) => object).toSorted(byKey);
  return {
    network: {
      policies: policies.map(({ object }) => object),
      pods: merged(files.network.pods, cluster.network.pods, pod => pod),
      namespaces: new Map([...cluster.network.namespaces, ...files.network.namespaces]),
      caveats: [...cluster.network.caveats, ...files.network.caveats],
    },
    policies,
    workloads: files.workloads,
    pod: either(files.pod, cluster.pod),
    statefulSet: either(files.statefulSet, cluster.statefulSet),
    service: either(files.service, cluster.service),
  };
}

function merged<T>(over: readonly T[], under: readonly T[], object: (of: T) => KubernetesObject): T[] {
  const keyed = (each: T): [string, T] => {
    const { namespace, name } = object(each).metadata;
    return [objectKey(namespace, name), each];
  };
  return [...new Map([...under.map(keyed), ...over.map(keyed)]).values()];
}

function either(first: Lookup, second: Lookup): Lookup {
  return (namespace, name) => first(namespace, name) ?? second(namespace, name);
}
