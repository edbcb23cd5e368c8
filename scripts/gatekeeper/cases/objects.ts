import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { networkPolicyTemplate } from '../../../core/network/template.ts';
import type { SeiNode } from '../../../core/seinode.ts';

/** A sample, and what the constraint of one rule says of it. */
export type Case = {
  readonly name: string;
  /** What is reviewed: an object, as the audit sees it, or an AdmissionReview. */
  readonly object: object;
  /** What is synced. */
  readonly inventory: readonly object[];
  /** How the one message begins; absent where there is none. */
  readonly message?: string;
};

// biome-ignore lint/suspicious/noExplicitAny: samples are spoilt in every way
type Loose = any;

/** A SeiNode in namespace arctic, with TLS. @param spec what it has beside, or in place of that. */
export function node(spec: Partial<SeiNode['spec']> = {}, name = 'n0'): SeiNode {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name, namespace: 'arctic' },
    spec: {
      chainId: 'arctic-1',
      image: 'ghcr.io/sei-protocol/sei:v6.3.0',
      fullNode: {},
      sidecar: { tls: { secretName: 'n0-tls' } },
      ...spec,
    },
  };
}

/** The same without TLS. */
export const withoutTLS = node({ sidecar: {} });

/** Namespaces, without which nothing counts as synced. */
export const namespaces = ['arctic', 'monitoring', 'sei-k8s-controller-system'].map(name => namespace(name));

export function namespace(name: string, labels: Record<string, string> = {}): Loose {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A NetworkPolicy of namespace arctic for its nodes. */
export function networkPolicy(name: string, spec: object): Loose {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'arctic' },
    spec: { podSelector: { matchExpressions: [{ key: 'sei.io/node', operator: 'Exists' }] }, ...spec },
  };
}

/** The policy that lets in whom the parameters name, and nobody else. */
export const template = networkPolicyTemplate(defaultParameters, 'arctic').policy;

/** The request of somebody who creates an object. */
export function created(object: Loose): object {
  return review('CREATE', object, { object });
}

/** The request of somebody who edits an object. */
export function updated(oldObject: Loose, object: Loose): object {
  return review('UPDATE', object, { object, oldObject });
}

/** The request of somebody who deletes an object. */
export function deleted(oldObject: Loose): object {
  return review('DELETE', oldObject, { oldObject });
}

function review(
  operation: string,
  { apiVersion, kind, metadata }: KubernetesObject,
  objects: object,
): object {
  const [version, group = ''] = apiVersion.split('/').toReversed();
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '00000000-0000-4000-8000-000000000000',
      kind: { group, version, kind },
      resource: { group, version, resource: `${kind.toLowerCase().replace(/y$/, 'ie')}s` },
      name: metadata.name,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      operation,
      userInfo: { username: 'somebody' },
      ...objects,
    },
  };
}
