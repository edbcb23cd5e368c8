import type { KubernetesObject } from '../kubernetes.ts';

export type Labels = Readonly<Record<string, string>>;

/** A label selector (Kubernetes API, meta/v1): all its requirements must hold; an empty one matches everything. */
export type LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
};

/** Who a rule lets in or out: an ipBlock, or selectors that must both match; podSelector alone means the policy's namespace. */
export type NetworkPolicyPeer = {
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
};

/** TCP where no protocol is given, every port where no port is; a name is looked up in the destination pod. */
export type NetworkPolicyPort = {
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly port?: number | string;
  /** The last port of a range. */
  readonly endPort?: number;
};

export type IngressRule = {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
};

export type EgressRule = {
  readonly to?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
};

/** A NetworkPolicy (Kubernetes API, networking.k8s.io/v1), as it is written: defaults are the rules' to apply. */
export type NetworkPolicy = KubernetesObject & {
  readonly spec?: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
    readonly ingress?: readonly IngressRule[];
    readonly egress?: readonly EgressRule[];
  };
};

/** The directions that a policy isolates: policyTypes, and what the API server sets where they are left out. */
export function policyTypesOf({ spec }: NetworkPolicy): readonly ('Ingress' | 'Egress')[] {
  if (spec?.policyTypes?.length) return spec.policyTypes;
  return spec?.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** Pods by the labels of their namespace and their own; both must match, and one left out matches all. */
export type PodsSelector = {
  readonly namespaceSelector: LabelSelector;
  readonly podSelector?: LabelSelector;
};

/** Who may connect to what (contract §6): the document of `--parameters` and of the ConfigMap `seinode-policy`. */
export type PolicyParameters = {
  readonly controller: PodsSelector;
  readonly monitoring: PodsSelector;
  /** Who else may connect to which ports. */
  readonly allow: readonly { readonly ports: readonly number[]; readonly from: PodsSelector }[];
};

/** What holds where nobody says otherwise (contract §6). */
export const defaultParameters: PolicyParameters = {
  controller: {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'sei-k8s-controller-system' } },
    podSelector: {
      matchLabels: {
        'control-plane': 'controller-manager',
        'app.kubernetes.io/name': 'sei-k8s-controller',
      },
    },
  },
  monitoring: {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
  },
  allow: [],
};
