import { type SeiNode, tlsSecretName } from '../seinode.ts';
import { ownedMeta } from './metadata.ts';
import { proxyConfigName } from './names.ts';
import type { ConfigMap } from './types.ts';

/**
 * What kube-rbac-proxy asks the API server before it lets a request to a node's tasks through: whether the caller may do
 * what the HTTP method stands for to seinodetasks of this node's name. Undefined where TLS is off.
 */
export function proxyConfig(node: SeiNode): ConfigMap | undefined {
  if (tlsSecretName(node) === undefined) return undefined;
  const { name, namespace } = node.metadata;
  // `group`, as Kubernetes names it and the reference once wrote, is no field of v0.19.1, which then asks for the core group.
  const resourceAttributes = { apiGroup: 'sei.io', resource: 'seinodetasks', namespace, name };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMeta(node, proxyConfigName(node)),
    // JSON is YAML, and a name such as 1234 stays a string.
    data: { 'config.yaml': `${JSON.stringify({ authorization: { resourceAttributes } }, undefined, 2)}\n` },
  };
}
