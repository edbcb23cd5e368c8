import { mergePatch } from '../merge-patch.ts';
import { isFields } from '../schema/structural.ts';
import type { SeiNode } from '../seinode.ts';

/** What a node is created from: all that its owner wrote, and nothing that a server or controller did. */
export type Manifest = Pick<SeiNode, 'apiVersion' | 'kind' | 'spec'> & {
  readonly metadata: Pick<SeiNode['metadata'], 'name' | 'namespace' | 'labels' | 'annotations'>;
};

/** The Secret that a node's TLS is of; null where TLS is off. */
export type TLSSetting = string | null;

/** What `kubectl apply` keeps for its own comparisons: it would speak of the node before. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Written on a node that was to be deleted and stays: which toggle that was, and when it began. */
export const keptAnnotation = 'seinode.sei.io/toggle-kept';

const ofTheLiveNode: readonly string[] = [lastApplied, keptAnnotation];

/** The manifest that makes a node again: labels, annotations and spec as they are, on the volume that it has. */
export function manifestOf({ metadata, spec }: SeiNode, claimName: string): Manifest {
  const { name, namespace, labels, annotations } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !ofTheLiveNode.includes(key));
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: {
      name,
      namespace,
      ...(labels && { labels }),
      ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    },
    spec: { ...spec, dataVolume: { ...spec.dataVolume, import: { pvcName: claimName } } },
  };
}

/** A manifest with TLS of a Secret, or without TLS. Of `spec.sidecar` nothing else changes. */
export function withTLS(manifest: Manifest, secretName: TLSSetting): Manifest {
  const { sidecar, ...spec } = manifest.spec;
  const { tls: _, ...others } = sidecar ?? {};
  const changed = secretName === null ? others : { ...others, tls: { secretName } };
  // Without anything in it the sidecar was there for TLS alone.
  const isEmpty = Object.keys(changed).length === 0;
  return { ...manifest, spec: isEmpty ? spec : { ...spec, sidecar: changed } };
}

/** The Secret that a node or manifest names; null where TLS is off. */
export function tlsSettingOf({ spec }: Pick<SeiNode, 'spec'>): TLSSetting {
  return spec.sidecar?.tls?.secretName ?? null;
}

/** Whether two manifests say the same, whatever the order of their fields. */
export function isSameManifest(one: Manifest, other: Manifest): boolean {
  return mergePatch(one, other) === undefined;
}

/** Whether a value says all that another does; a server that fills in defaults makes more of what it is sent. */
export function says(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(value) &&
      value.length === wanted.length &&
      wanted.every((item, at) => says(value[at], item))
    );
  }
  if (!isFields(wanted)) return value === wanted;
  return (
    isFields(value) &&
    Object.entries(wanted).every(([key, item]) => item === undefined || says(value[key], item))
  );
}
