import type { KubernetesObject } from '../../../core/kubernetes.ts';
import type { Labels } from '../../../core/network/network-policy.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import type { Objects } from '../../policies/workload.ts';

/** A SeiNode of namespace arctic, with TLS unless `spec` says otherwise. */
export function node(spec: object = {}, name = 'n0', namespace = 'arctic'): SeiNode {
  const sidecar = { tls: { secretName: `${name}-tls` } };
  const rest = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, sidecar, ...spec };
  const kept = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name, namespace } },
    spec: Object.fromEntries(kept) as SeiNode['spec'],
  };
}

/** A Namespace, with the label that the API server gives it. */
export function namespace(name: string, labels: Labels = {}): KubernetesObject {
  const all = { ...labels, 'kubernetes.io/metadata.name': name };
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: all },
  } as unknown as KubernetesObject;
}

/** The namespaces that the defaults of the parameters and the examples speak of. */
export const namespaces = ['arctic', 'default', 'monitoring', 'sei-k8s-controller-system'].map(name =>
  namespace(name),
);

/** What a node runs as. */
export function workloads({ pod, statefulSet, service }: Objects): KubernetesObject[] {
  return [pod, statefulSet, service];
}
