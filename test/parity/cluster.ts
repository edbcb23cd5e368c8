import type { Around } from '../../core/findings/judgeable.ts';
import { type KubernetesObject, objectKey, type Secret } from '../../core/kubernetes.ts';
import { hasNetwork, networkPart } from '../../core/network/decode-pod.ts';
import type { Network, NetworkPod } from '../../core/network/network.ts';
import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { nameOf } from './case.ts';

/** Objects as a cluster, for those that read one: nothing is refused, not even what the CRD refuses today. */
export function around(objects: readonly KubernetesObject[]): Around {
  const byName = new Map(objects.map(object => [nameOf(object), object]));
  const lookup = (kind: string) => (namespace: string, name: string) =>
    byName.get(`${kind} ${objectKey(namespace, name)}`);
  return {
    nodes: ofKind<SeiNode>(objects, 'SeiNode'),
    network: networkOf(objects),
    secret: (namespace, name) => {
      const secret = lookup('Secret')(namespace, name);
      return secret ? { found: 'yes', secret: secret as Secret } : { found: 'no' };
    },
    ...{ pod: lookup('Pod'), statefulSet: lookup('StatefulSet'), service: lookup('Service') },
  };
}

function networkOf(objects: readonly KubernetesObject[]): Network {
  const pods = ofKind<NetworkPod>(objects, 'Pod').filter(hasNetwork).map(networkPart);
  const namespaces = ofKind(objects, 'Namespace').map(({ metadata }) => {
    const labels = metadata.labels as Labels | undefined;
    return [metadata.name, { ...labels, 'kubernetes.io/metadata.name': metadata.name }] as const;
  });
  return {
    policies: ofKind<NetworkPolicy>(objects, 'NetworkPolicy'),
    ...{ pods, namespaces: new Map(namespaces), caveats: [] },
  };
}

/** Those of a kind, sorted. */
export function ofKind<T extends KubernetesObject>(objects: readonly KubernetesObject[], kind: string): T[] {
  const found = objects.filter(object => object.kind === kind) as T[];
  return found.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
