import fc from 'fast-check';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { decodeNetworkPolicy } from '../../core/network/decode-policy.ts';
import type { PodsSelector, PolicyParameters } from '../../core/network/network-policy.ts';
import type { NetworkInput, NetworkTarget } from '../../core/network/question.ts';
import { networkInputs, universe } from '../policies/networks.ts';
import type { Asked } from './gator.ts';

/** Generated networks as clusters, the same each time: each target is the pod of a SeiNode, or what one would make. */
export function generatedClusters(count: number, seed: number): Asked[] {
  return fc.sample(networkInputs, { numRuns: count, seed }).map(clusterOf);
}

function clusterOf(input: NetworkInput): Asked {
  const namespaces = universe.names.map(name => ({
    ...{ apiVersion: 'v1', kind: 'Namespace' },
    metadata: { name, labels: input.namespaces[name] ?? {} },
  }));
  const nodes = input.targets.map(nodeOf);
  const pods = input.targets.flatMap((target, at) => podOf(target, at, input.addresses));
  const inventory = [...namespaces, ...policiesOf(input), ...nodes, ...pods, ...sourcesOf(input)];
  return { inventory, reviews: inventory, parameters: parametersOf(input.parameters) };
}

function nodeOf({ namespace, labels }: NetworkTarget, at: number): KubernetesObject {
  const spec = { chainId: 'arctic-1', image: 'sei', fullNode: {}, podLabels: labels };
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name: `t${at}`, namespace },
    spec: { ...spec, ...(at === 0 && { sidecar: { tls: { secretName: 'tls' } } }) },
  } as KubernetesObject;
}

/** One that has no container is not there yet. */
function podOf(target: NetworkTarget, at: number, addresses: readonly string[]): object[] {
  const { namespace, labels, hostNetwork, containers, initContainers } = target;
  if (containers.length === 0) return [];
  const podIPs = target.addresses.map(index => ({ ip: addresses[index] }));
  return [
    {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: `t${at}-0`, namespace, labels } },
      spec: { hostNetwork, containers, initContainers },
      status: { phase: 'Running', ...(podIPs[0] && { podIP: podIPs[0].ip, podIPs }) },
    },
  ];
}

function sourcesOf({ sources, labelSets }: NetworkInput): object[] {
  return sources.map(({ namespace, labels, hostNetwork, example }) => ({
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name: example.split('/')[1], namespace, labels: labelSets[labels] },
    spec: { hostNetwork, containers: [{}] },
  }));
}

/** Those that an API server would take. */
function policiesOf({ policies }: NetworkInput): object[] {
  return policies.flatMap(({ metadata, spec }) => {
    const written = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      ...(spec && { spec }),
    };
    const { faults, policy } = decodeNetworkPolicy(written, metadata.namespace);
    return faults.length === 0 ? [policy] : [];
  });
}

function parametersOf({ controller, monitoring, allow }: PolicyParameters): PolicyParameters {
  const full = ({ namespaceSelector, podSelector = {} }: PodsSelector) => ({
    namespaceSelector,
    podSelector,
  });
  return {
    controller: full(controller),
    monitoring,
    allow: allow.map(({ ports, from }) => ({ ports, from: full(from) })),
  };
}
