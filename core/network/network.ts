import type { KubernetesObject } from '../kubernetes.ts';
import type { Labels, NetworkPolicy } from './network-policy.ts';

type ContainerPort = {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
};

/** A Pod (Kubernetes API, core/v1): what decides who reaches it, and whom it reaches. */
export type NetworkPod = KubernetesObject & {
  readonly spec?: {
    readonly hostNetwork?: boolean;
    readonly nodeName?: string;
    readonly containers?: readonly { readonly name?: string; readonly ports?: readonly ContainerPort[] }[];
    readonly initContainers?: readonly {
      readonly name?: string;
      readonly restartPolicy?: string;
      readonly ports?: readonly ContainerPort[];
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
  };
};

/** Something that NetworkPolicies alone cannot answer for. */
export type Caveat = {
  /** One clause: `AdminNetworkPolicy block-all outranks NetworkPolicies`. */
  readonly why: string;
  /** Where it holds; absent for the whole cluster. */
  readonly namespace?: string;
  /** `opens`: what is closed may be open; `any`: what is open may be closed as well. */
  readonly effect: 'opens' | 'any';
  /** Whether NetworkPolicies may be there that were not read: a pod that none isolates may be isolated. */
  readonly hidesPolicies?: true;
};

/** What decides who reaches whom, from files or from a cluster. */
export type Network = {
  /** Those that could be decoded; one that could not is a caveat of its namespace. */
  readonly policies: readonly NetworkPolicy[];
  /** Those that have a network: not the ones that have Succeeded or Failed. */
  readonly pods: readonly NetworkPod[];
  /** Labels of the namespaces that are known, by name; `kubernetes.io/metadata.name` is always among them. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly caveats: readonly Caveat[];
};
