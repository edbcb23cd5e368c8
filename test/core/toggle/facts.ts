import type { Facts } from '../../../core/toggle/facts.ts';
import { tls } from '../plan/nodes.ts';

type Tree = { readonly [key: string]: unknown };

const owner = {
  ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0' },
  ...{ uid: 'u-1', controller: true },
};

/** A node without TLS that may be toggled: nothing is to be said of it but what protects its volume. */
export const good = {
  ...{ namespace: 'arctic', name: 'n0', to: 'n0-tls', verify: true, ignoreDefaultSize: false },
  now: '2026-05-01T12:00:00Z',
  seen: {
    node: {
      ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode' },
      metadata: { name: 'n0', namespace: 'arctic', uid: 'u-1', resourceVersion: '1' },
      spec: { chainId: 'arctic-1', image: 'seid:v1', fullNode: {} },
      status: { phase: 'Running' },
    },
    claim: {
      metadata: { name: 'data-n0', namespace: 'arctic', uid: 'u-c', ownerReferences: [owner] },
      spec: { accessModes: ['ReadWriteOnce'], volumeName: 'pv-0' },
      status: { phase: 'Bound', capacity: { storage: '2000Gi' } },
    },
    volume: {
      metadata: { name: 'pv-0', uid: 'u-v', resourceVersion: '1' },
      spec: {
        ...{ capacity: { storage: '2000Gi' }, persistentVolumeReclaimPolicy: 'Delete' },
        claimRef: { uid: 'u-c' },
      },
      status: { phase: 'Bound' },
    },
    statefulSet: { metadata: { name: 'n0', namespace: 'arctic', uid: 'u-s', ownerReferences: [owner] } },
    pods: [],
    verified: false,
  },
  denied: [],
  dryRun: {
    kind: 'accepted',
    spec: {
      ...{ chainId: 'arctic-1', image: 'seid:v1', fullNode: {}, sidecar: tls },
      dataVolume: { import: { pvcName: 'data-n0' } },
    },
  },
  secret: {
    verdict: { status: 'True', reason: 'Ready', message: 'x' },
    notAfter: '2026-12-01T00:00:00Z',
  },
  network: [],
  operator: 'reference',
  defaultSize: { ok: true, value: '2000Gi' },
} as const satisfies Facts;

/** The same with other values in some places; undefined takes one away. */
export function facts(change: Tree = {}, from: Facts = good): Facts {
  return merged(from, change) as Facts;
}

/** The change of one place, `seen.node.spec`. */
export function at(path: string, value: unknown): Tree {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Tree;
}

function merged(value: unknown, change: unknown): unknown {
  if (!isTree(value) || !isTree(change)) return change;
  const entries = Object.keys({ ...value, ...change }).map(key => [
    key,
    Object.hasOwn(change, key) ? merged(value[key], change[key]) : value[key],
  ]);
  return Object.fromEntries(entries);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
