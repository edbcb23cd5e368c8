import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Network, NetworkPod } from '../../core/network/network.ts';
import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';
import { type Target, targetsOf } from '../../core/network/targets.ts';
import type { SeiNode } from '../../core/seinode.ts';

const file = join(import.meta.dirname, '../../examples/networkpolicy/networkpolicy.yaml');
const written = load(readFileSync(file, 'utf8')) as NetworkPolicy;

/** The policy of examples/networkpolicy, applied to the namespace of two nodes. */
export const template: NetworkPolicy = {
  ...written,
  metadata: { ...written.metadata, namespace: 'arctic' },
};

const nodes: readonly SeiNode[] = [node('n0', { tls: { secretName: 'n0-tls' } }), node('n1', {})];
/** Those that must get in, and one that must not. */
export const pods: readonly NetworkPod[] = [
  pod('sei-k8s-controller-system', 'controller', {
    'control-plane': 'controller-manager',
    'app.kubernetes.io/name': 'sei-k8s-controller',
  }),
  pod('monitoring', 'prometheus', { app: 'prometheus' }),
  pod('default', 'curl', {}),
];

/** What the policies are judged in. */
export function around(policies: readonly NetworkPolicy[], pods: readonly NetworkPod[]): Network {
  const namespaces = ['arctic', ...pods.map(({ metadata }) => metadata.namespace)];
  const labels = (name: string): Labels => ({ 'kubernetes.io/metadata.name': name });
  return { policies, pods, namespaces: new Map(namespaces.map(name => [name, labels(name)])), caveats: [] };
}

/** A node under TLS and one without, which have no pods yet. */
export function targetsAmong(pods: readonly NetworkPod[]): Target[] {
  return targetsOf(nodes, pods);
}

function node(name: string, sidecar: NonNullable<SeiNode['spec']['sidecar']>): SeiNode {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { namespace: 'arctic', name },
    spec: { chainId: 'arctic-1', image: 'seid', fullNode: {}, sidecar },
  };
}

function pod(namespace: string, name: string, labels: Labels): NetworkPod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    status: { podIP: '10.0.0.1' },
  };
}
