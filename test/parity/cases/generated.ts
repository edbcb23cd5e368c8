import type { KubernetesObject } from '../../../core/kubernetes.ts';
import type { PolicyParameters } from '../../../core/network/network-policy.ts';
import type { CasePod, Case as NetworkCase } from '../../netpol/case.ts';
import { generated } from '../../netpol/generate.ts';
import type { Case } from '../case.ts';
import { namespace, node } from './objects.ts';
import { runs } from './runs.ts';

const named = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const parameters: readonly PolicyParameters[] = [
  {
    controller: { ...named('default'), podSelector: { matchLabels: { app: 'a' } } },
    monitoring: named('monitoring'),
    allow: [],
  },
  {
    controller: {
      namespaceSelector: {},
      podSelector: { matchExpressions: [{ key: 'role', operator: 'Exists' }] },
    },
    monitoring: {
      ...named('monitoring'),
      podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['b'] }] },
    },
    allow: [
      { ports: [8443, 9100], from: { ...named('arctic'), podSelector: { matchLabels: { app: 'b' } } } },
    ],
  },
];

/** Generated networks, the same each time, with nodes among their pods. */
export const generatedCases: readonly Case[] = generated(runs, 34).map(clusterOf);

/**
 * A network as a cluster: its first pods are those of nodes with and without TLS, of a node that has no pod yet, and of one
 * that is not in sight. The others connect, some of them as controller and monitoring.
 */
export function clusterOf({ name, namespaces, pods, policies }: NetworkCase, index: number): Case {
  const [first, second, third, ...others] = pods;
  const ofNodes = [
    ...(first ? [nodeOf(first, {}), podOf(first, ['sei.io/node'])] : []),
    ...(second ? [nodeOf(second, { sidecar: {} })] : []),
    ...(third ? [podOf(third, ['sei.io/node'])] : []),
  ];
  return {
    name,
    objects: [
      ...Object.entries(namespaces).map(([of, labels]) => namespace(of, labels)),
      ...(ofNodes as KubernetesObject[]),
      ...others.map(pod => podOf(pod, [])),
      ...policies,
    ],
    parameters: parameters[index % parameters.length] as PolicyParameters,
  };
}

function nodeOf({ namespace, name, labels }: CasePod, spec: object): KubernetesObject {
  return node({ podLabels: labels, ...spec }, name, namespace);
}

function podOf(
  { namespace, name, labels, ip, ports = [] }: CasePod,
  keys: readonly string[],
): KubernetesObject {
  const ofNode = Object.fromEntries(keys.map(key => [key, name]));
  const spec = {
    containers: [{ name: 'first', image: 'sei:v6.3.0', ports: ports.slice(0, 1) }],
    initContainers: [{ name: 'rest', image: 'sei:v6.3.0', restartPolicy: 'Always', ports: ports.slice(1) }],
  };
  return {
    ...{
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: keys.length > 0 ? `${name}-0` : name, labels: { ...labels, ...ofNode } },
    },
    ...{ spec, ...(ip && { status: { podIP: ip } }) },
  } as KubernetesObject;
}
