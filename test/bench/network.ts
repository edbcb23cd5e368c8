import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** How much there is in a directory of manifests, spread evenly over its namespaces. */
export type Size = {
  readonly pods: number;
  /** Those of the pods that are nodes'. */
  readonly targets: number;
  readonly policies: number;
  readonly namespaces: number;
};

/** Writes the manifests of a network, a file for each namespace. @returns the directory. */
export function writeNetwork(directory: string, size: Size): string {
  const path = join(directory, Object.values(size).join('-'));
  mkdirSync(path);
  for (let namespace = 0; namespace < size.namespaces; namespace += 1) {
    const text = objectsOf(namespace, size).map(object => stringify(object, { lineWidth: 0 }));
    writeFileSync(join(path, `${nameOf(namespace)}.yaml`), text.join('---\n'));
  }
  return path;
}

/** The namespace with its pods and policies. */
export function objectsOf(namespace: number, size: Size): object[] {
  const count = (of: keyof Size) => Array.from({ length: size[of] / size.namespaces }, (_, index) => index);
  const metadata = { name: nameOf(namespace), labels: { team: `t${namespace % 5}` } };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata },
    ...count('pods').map(index => pod(namespace, index, size)),
    ...count('policies').map(index => policy(namespace, index, size)),
  ];
}

/** One namespace is where the controller runs, one where monitoring does. */
function nameOf(namespace: number): string {
  return ['arctic', 'monitoring', 'sei-k8s-controller-system'][namespace] ?? `team-${namespace}`;
}

function pod(namespace: number, index: number, { targets, namespaces }: Size): object {
  const isNode = index < targets / namespaces;
  const name = isNode ? `n${index}-0` : `p${index}`;
  const labels = { app: `a${index % 20}`, tier: `t${index % 3}`, 'statefulset.kubernetes.io/pod-name': name };
  const ports = [
    { name: 'api', containerPort: 8443 },
    { name: 'public', containerPort: 9100 },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: nameOf(namespace),
      name,
      labels: isNode ? { ...labels, 'sei.io/node': `n${index}` } : labels,
    },
    spec: { containers: [{ name: 'main', image: 'main', ports }] },
    status: {
      phase: 'Running',
      hostIP: '192.0.2.1',
      podIP: `10.${namespace}.${index >> 8}.${index & 255}`,
      podIPs: [{ ip: `10.${namespace}.${index >> 8}.${index & 255}` }],
    },
  };
}

/** Each third selects the nodes, the others pods of an app; each fourth lets some out, each tenth has an ipBlock. */
function policy(namespace: number, index: number, { namespaces }: Size): object {
  const app = (of: number) => ({ matchLabels: { app: `a${of % 20}` } });
  const named = (of: number) => ({ matchLabels: { 'kubernetes.io/metadata.name': nameOf(of % namespaces) } });
  const nodes = { matchExpressions: [{ key: 'sei.io/node', operator: 'Exists' }] };
  const block = { ipBlock: { cidr: `198.51.${index % 256}.0/24`, except: [`198.51.${index % 256}.0/28`] } };
  const ingress = [
    {
      from: [
        { namespaceSelector: named(namespace + index), podSelector: app(index) },
        { podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: [`t${index % 4}`] }] } },
        ...(index % 10 === 0 ? [block] : []),
      ],
      ports: [{ protocol: 'TCP', port: index % 2 === 0 ? 8443 : 'public' }],
    },
    {
      from: [{ namespaceSelector: { matchLabels: { team: `t${index % 5}` } } }],
      ports: [{ port: 26656 + index }],
    },
  ];
  const egress = [{ to: [{ namespaceSelector: named(index) }, { podSelector: app(index) }] }];
  const leaves = index % 4 === 0;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: nameOf(namespace), name: `policy-${index}` },
    spec: {
      podSelector: index % 3 === 0 ? nodes : app(index),
      policyTypes: leaves ? ['Ingress', 'Egress'] : ['Ingress'],
      ingress,
      ...(leaves && { egress }),
    },
  };
}
