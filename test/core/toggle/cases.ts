import type { OwnerReference } from '../../../core/kubernetes.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import type { Journal } from '../../../core/toggle/journal.ts';
import { preparedJournal } from '../../../core/toggle/prepared.ts';
import type { Seen } from '../../../core/toggle/seen.ts';
import { node } from '../resources/nodes.ts';

export const at = '2026-01-01T00:00:00Z';
export const owner: OwnerReference = {
  apiVersion: 'sei.io/v1alpha1',
  kind: 'SeiNode',
  name: 'n0',
  uid: 'u0',
  controller: true,
};

type Changes = { readonly metadata?: object; readonly spec?: object; readonly status?: object };

/** Node n0 of UID u0, Running, without TLS. */
export function running(changes: Changes = {}, uid = 'u0'): SeiNode {
  const { metadata, spec } = node();
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { ...metadata, labels: { team: 'chain' }, uid, resourceVersion: '1', ...changes.metadata },
    spec: { ...spec, ...changes.spec },
    status: { phase: 'Running', ...changes.status },
  };
}

export const imported = { dataVolume: { import: { pvcName: 'data-n0' } } };
export const tls = { sidecar: { tls: { secretName: 'n0-tls' } } };

export function claim(
  metadata: object = {},
  status: object = { phase: 'Bound' },
): NonNullable<Seen['claim']> {
  return {
    metadata: {
      name: 'data-n0',
      namespace: 'arctic',
      uid: 'c0',
      resourceVersion: '1',
      ownerReferences: [owner],
      ...metadata,
    },
    spec: { volumeName: 'pv-0', accessModes: ['ReadWriteOnce'] },
    status,
  };
}

export function volume(policy: string, changes: Changes = {}): NonNullable<Seen['volume']> {
  return {
    metadata: { name: 'pv-0', uid: 'v0', resourceVersion: '1', ...changes.metadata },
    spec: { persistentVolumeReclaimPolicy: policy, claimRef: { uid: 'c0' }, ...changes.spec },
    status: { phase: 'Bound', ...changes.status },
  };
}

/** As the cluster is before a toggle, but for these. */
export function seen(changes: Partial<Seen> = {}): Seen {
  return {
    node: running(),
    claim: claim(),
    volume: volume('Delete'),
    statefulSet: { metadata: { name: 'n0', namespace: 'arctic', uid: 's0' } },
    pods: [{ metadata: { name: 'n0-0', namespace: 'arctic', uid: 'p0' }, spec: { nodeName: 'host-a' } }],
    verified: false,
    ...changes,
  };
}

/** Of a toggle that turns TLS on, which has changed nothing yet, but for these. */
export function journal(changes: Partial<Journal> = {}): Journal {
  const beginning = {
    number: 1,
    who: 'alice@laptop',
    pluginVersion: '1.0.0',
    verify: true,
    to: 'n0-tls',
    at,
  };
  const made = preparedJournal(running(), seen(), beginning);
  if (made === undefined) throw new Error('the case has no volume');
  return { ...made, ...changes };
}
