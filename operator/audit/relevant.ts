import {
  namespaces,
  networkPolicies,
  pods,
  type Resource,
  secretMetadata,
  secrets,
  seiNodes,
  services,
  statefulSets,
} from '../../cluster/resource.ts';
import { hasNetwork } from '../../core/network/decode-pod.ts';
import type { NetworkPod } from '../../core/network/network.ts';
import { addressesOf } from '../../core/network/targets.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { isSameJSON } from '../../core/watch/same.ts';
import type { Delta } from '../../core/watch/store.ts';
import { concerned } from '../posture/concerned.ts';
import type { KnownNetwork } from '../posture/known-network.ts';

/** Which namespaces a change may matter to: one, all, or none. */
export type Relevant =
  | { readonly kind: 'nobody' | 'everybody' }
  | { readonly kind: 'namespace'; readonly name: string };

/** What the rules read of each kind: kubelet, controllers and this operator write much else. */
const readOf = new Map<Resource, (object: Fields) => unknown>([
  [seiNodes, ({ metadata, spec }) => [labelsOf(metadata), spec]],
  [secrets, ({ type, data }) => [type, data]],
  [secretMetadata, ({ metadata }) => (metadata as { resourceVersion?: string }).resourceVersion],
  [statefulSets, ({ metadata, spec }) => [labelsOf(metadata), spec]],
  [services, ({ metadata, spec }) => [labelsOf(metadata), spec]],
  [pods, readOfPod],
]);

/** Whose findings a change may be. @param known what decides between namespaces, where that is known. */
export function relevantTo(resource: Resource, delta: Delta, known: KnownNetwork | undefined): Relevant {
  if (resource === networkPolicies || resource === namespaces) return ofNetwork(resource, delta, known);
  const read = readOf.get(resource);
  if (read === undefined) return { kind: 'nobody' };
  if (delta.type === 'updated' && isSameJSON(read(delta.before), read(delta.object))) {
    return { kind: 'nobody' };
  }
  return { kind: 'namespace', name: delta.key.split('/')[0]! };
}

function ofNetwork(resource: Resource, delta: Delta, known: KnownNetwork | undefined): Relevant {
  if (known === undefined || known.facts !== undefined) return { kind: 'nobody' };
  const whose = concerned(resource, delta, known);
  if (whose.kind !== 'namespace') return whose;
  return whose.readers ? { kind: 'everybody' } : { kind: 'namespace', name: whose.name };
}

function readOfPod(object: Fields): unknown {
  const { metadata, spec, status } = object as unknown as NetworkPod;
  return [metadata.labels, spec, hasNetwork({ status } as NetworkPod), addressesOf(status)];
}

function labelsOf(metadata: unknown): unknown {
  return (metadata as { labels?: unknown }).labels;
}
