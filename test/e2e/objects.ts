import type { Machine } from './machine.ts';
import { probeObjects } from './probes.ts';
import { type Issued, namespaces, nodeAccount, plain, type Run, secured, suffix } from './run.ts';
import { volumeObjects } from './volumes.ts';

/** What the platform brings, beside the operator: namespaces, accounts and their rights, volumes, and pods that ask. */
export function platformObjects(run: Run, machine: Machine): object[] {
  const { nodes, monitoring, elsewhere } = namespaces;
  return [
    namespace(nodes, { 'pod-security.kubernetes.io/enforce': 'restricted' }),
    ...[monitoring, elsewhere].map(name => namespace(name)),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: nodeAccount, namespace: nodes } },
    bound('sei-rbac-proxy', nodeAccount, [nodes]),
    bound('sei-validator-task-submitter', 'submitter', [namespaces.controller, monitoring, elsewhere]),
    ...probeObjects(run),
    ...volumeObjects(run.images, machine),
  ];
}

/** A node of a chain whose genesis came with the image. */
export function nodeObject(name: string, { images }: Run, sidecar?: object): object {
  return {
    ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name, namespace: namespaces.nodes } },
    spec: { chainId: 'pods-1', image: images.seid, fullNode: {}, ...(sidecar && { sidecar }) },
  };
}

/** Both nodes. */
export function nodeObjects(run: Run): object[] {
  return [nodeObject(plain, run), nodeObject(secured, run, { tls: { secretName } })];
}

const secretName = `${secured}-tls`;

/** The Secret of the node under TLS. @param authority what its ca.crt is, where not the certificate's own. */
export function secretObject({ certificate, key, authority: own }: Issued, authority = own): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
    metadata: { name: secretName, namespace: namespaces.nodes },
    stringData: { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority },
  };
}

function namespace(name: string, labels: object = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** For the whole cluster: token and access reviews have no namespace. */
function bound(role: string, account: string, places: readonly string[]): object {
  const api = 'rbac.authorization.k8s.io';
  return {
    ...{ apiVersion: `${api}/v1`, kind: 'ClusterRoleBinding', metadata: { name: `${role}${suffix}` } },
    roleRef: { apiGroup: api, kind: 'ClusterRole', name: `${role}${suffix}` },
    subjects: places.map(place => ({ kind: 'ServiceAccount', name: account, namespace: place })),
  };
}
