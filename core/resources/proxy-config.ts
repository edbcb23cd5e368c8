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
  // The contract's name for it is group; kube-rbac-proxy v0.19.1 passes over that, reads apiGroup, and without it refuses all.
  const group = { group: 'sei.io', apiGroup: 'sei.io' };
  const resourceAttributes = { ...group, resource: 'seinodetasks', namespace, name };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMeta(node, proxyConfigName(node)),
    // JSON is YAML, and a name such as 1234 stays a string.
    data: { 'config.yaml': `${JSON.stringify({ authorization: { resourceAttributes } }, undefined, 2)}\n` },
  };
}
