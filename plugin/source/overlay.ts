import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import type { Lookup, Surrounded } from './fleet.ts';
import { byKey } from './order.ts';

/** What there is once `over` is applied to a cluster that has `under`: of two objects of one name the former counts. */
export function overlay(over: Surrounded, under: Surrounded): Surrounded {
  const policies = merged(over.policies, under.policies, ({ object }) => object);
  return {
    network: {
      policies: policies.map(({ object }) => object),
      pods: merged(over.network.pods, under.network.pods, pod => pod),
      namespaces: new Map([...under.network.namespaces, ...over.network.namespaces]),
      caveats: [...over.network.caveats, ...under.network.caveats],
    },
    policies,
    pod: either(over.pod, under.pod),
    statefulSet: either(over.statefulSet, under.statefulSet),
    service: either(over.service, under.service),
  };
}

function merged<T>(over: readonly T[], under: readonly T[], objectOf: (item: T) => KubernetesObject): T[] {
  const keyed = [...under, ...over].map(item => {
    const { namespace, name } = objectOf(item).metadata;
    return [objectKey(namespace, name), item] as const;
  });
  return [...new Map(keyed).values()].sort((a, b) => byKey({ object: objectOf(a) }, { object: objectOf(b) }));
}

function either(over: Lookup, under: Lookup): Lookup {
  return (namespace, name) => over(namespace, name) ?? under(namespace, name);
}
