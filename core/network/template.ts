import { defaultTasksPort, exporterPort, proxyPort, publicPort, seidPorts, tasksPort } from '../listeners.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import { peerOf } from './authorised.ts';
import type { IngressRule, NetworkPolicy, PolicyParameters } from './network-policy.ts';
import { tcp } from './ports.ts';

/** The NetworkPolicy of a namespace of SeiNodes, and what each of its rules is for. */
export type Template = {
  readonly policy: NetworkPolicy;
  /** One line for each rule. */
  readonly purposes: readonly string[];
};

/**
 * Makes the policy of contract §6: the tasks ports for the controller, the public port for monitoring, what the
 * parameters allow, and seid's ports as open as they are without a policy.
 *
 * @param namespace absent where who applies it says. @param moved tasks ports that nodes without TLS have instead of 7777.
 */
export function networkPolicyTemplate(
  { controller, monitoring, allow }: PolicyParameters,
  namespace?: string,
  moved: readonly number[] = [],
): Template {
  const rules: { readonly rule: IngressRule; readonly purpose: string }[] = [
    {
      rule: { from: [peerOf(controller)], ports: tcp([proxyPort, defaultTasksPort, ...moved]) },
      purpose: 'tasks, through kube-rbac-proxy, and where TLS is off without it: the controller alone.',
    },
    {
      rule: { from: [peerOf(monitoring)], ports: tcp([publicPort]) },
      purpose: 'health and metrics of the sidecar: monitoring alone.',
    },
    ...allow.map(({ ports, from }) => ({
      rule: { from: [peerOf(from)], ports: tcp(ports) },
      purpose: 'what the parameters allow besides.',
    })),
    {
      rule: { ports: tcp([...Object.values(seidPorts), exporterPort]) },
      purpose:
        'seid and its exporter, as open as without a policy; name peers to close what nobody else needs.',
    },
  ];
  return {
    policy: policyOf(
      rules.map(({ rule }) => rule),
      namespace,
    ),
    purposes: rules.map(({ purpose }) => purpose),
  };
}

/** The tasks ports that nodes of a namespace have elsewhere than usual; under TLS they are loopback. */
export function movedTasksPorts(nodes: readonly SeiNode[]): number[] {
  const ports = nodes.filter(node => tlsSecretName(node) === undefined).map(tasksPort);
  return [...new Set(ports)].filter(port => port !== defaultTasksPort).toSorted((a, b) => a - b);
}

function policyOf(ingress: readonly IngressRule[], namespace: string | undefined): NetworkPolicy {
  const metadata = { name: 'seinodes', ...(namespace !== undefined && { namespace }) };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata as NetworkPolicy['metadata'],
    spec: {
      podSelector: { matchExpressions: [{ key: 'sei.io/node', operator: 'Exists' }] },
      // Egress is not isolated: a node dials its peers.
      policyTypes: ['Ingress'],
      ingress,
    },
  };
}
