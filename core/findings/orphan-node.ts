import { type KubernetesObject, objectKey } from '../kubernetes.ts';
import { defaultTasksPort } from '../listeners.ts';
import { decodePod } from '../network/decode-pod.ts';
import type { NetworkPod } from '../network/network.ts';
import type { SeiNode } from '../seinode.ts';
import { identityOf, type Unjudged } from './finding.ts';
import { nodeNameOf, templateOf } from './orphans.ts';

/** A Pod or StatefulSet, the node that it would run, and the pod that it is or makes. */
export type Orphan = {
  readonly object: KubernetesObject;
  readonly node: string;
  readonly pod: NetworkPod;
};

/** Reads the pod that an orphan is or makes, or what the API server would refuse of the template. */
export function readOrphan(object: KubernetesObject): {
  readonly orphan?: Orphan;
  readonly unjudged: readonly Unjudged[];
} {
  const node = nodeNameOf(object) as string;
  if (object.kind === 'Pod') return { orphan: { object, node, pod: object as NetworkPod }, unjudged: [] };
  const { namespace } = object.metadata;
  const template = templateOf(object);
  const made = {
    ...template,
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: `${node}-0` },
  };
  const { faults, pod } = decodePod(made, namespace);
  if (faults.length === 0) return { orphan: { object, node, pod }, unjudged: [] };
  return {
    unjudged: faults.map(({ field, message }) => ({
      at: identityOf(object),
      field: `spec.template.${field}`,
      message: `StatefulSet ${objectKey(namespace, node)}: spec.template.${field} ${message}`,
    })),
  };
}

/** As much of a node as its pod tells: whether TLS is on, and where tasks are taken. */
export function inferredNode({ node: name, pod: { metadata, spec = {} } }: Orphan): SeiNode {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const ports = containers.flatMap(({ ports = [] }) => ports);
  const tls =
    containers.some(container => container.name === 'kube-rbac-proxy') || ports.some(isNamed('api'));
  const sidecar = {
    port: ports.find(isNamed('sidecar'))?.containerPort ?? defaultTasksPort,
    ...(tls && { tls: { secretName: 'not in sight' } }),
  };
  return {
    ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name, namespace: metadata.namespace } },
    spec: { sidecar } as SeiNode['spec'],
  };
}

function isNamed(wanted: string): (port: { readonly name?: string }) => boolean {
  return ({ name }) => name === wanted;
}
