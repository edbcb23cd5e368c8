/** Manifests: two nodes, of which a policy opens one to the namespace default and a block of addresses. */
export const manifests = `
${node('n0', 'sidecar: {tls: {secretName: n0-tls}}')}
${node('n1', 'sidecar: {tls: {secretName: n1-tls}}')}
${pod('arctic', 'n0-0', '{sei.io/node: n0}', '10.0.0.4')}
${pod('sei-k8s-controller-system', 'manager', '{control-plane: controller-manager, app.kubernetes.io/name: sei-k8s-controller}', '10.0.0.1')}
${pod('monitoring', 'prometheus', '{}', '10.0.0.2')}
${pod('default', 'curl', '{app: curl}', '10.0.0.3')}
${pod('default', 'agent', '{app: agent}', '192.168.0.3', 'hostNetwork: true')}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: sidecar, namespace: arctic}
spec:
  podSelector: {matchExpressions: [{key: sei.io/node, operator: Exists}]}
  ingress:
    - ports: [{port: 8443}]
      from:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: sei-k8s-controller-system}}
          podSelector: {matchLabels: {control-plane: controller-manager, app.kubernetes.io/name: sei-k8s-controller}}
    - ports: [{port: 9100}]
      from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: legacy, namespace: arctic}
spec:
  podSelector: {matchLabels: {sei.io/node: n0}}
  ingress:
    - ports: [{port: 8443}]
      from:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}
        - ipBlock: {cidr: 203.0.113.0/24}
`;

/** A SeiNode of arctic. */
export function node(name: string, spec: string): string {
  return `---
apiVersion: sei.io/v1alpha1
kind: SeiNode
metadata: {name: ${name}, namespace: arctic}
spec: {chainId: arctic-1, image: i, fullNode: {}, ${spec}}`;
}

/** A pod of one container. */
export function pod(namespace: string, name: string, labels: string, ip: string, more = ''): string {
  return `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}
spec: {${more === '' ? '' : `${more}, `}containers: [{name: c, image: i}]}
status: {podIP: ${ip}}`;
}
