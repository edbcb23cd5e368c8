import type { Caveat, NetworkPod } from './network.ts';
import type { Labels, NetworkPolicy, PolicyParameters } from './network-policy.ts';

/**
 * What the rules are asked of a network (`input.network`). Pods that the selectors cannot tell apart are asked about
 * once: the answer names them by index, and the edge says which pods they are.
 */
export type NetworkInput = {
  readonly policies: readonly NetworkPolicy[];
  /** Labels of the namespaces that are known, by name. */
  readonly namespaces: Readonly<Record<string, Labels>>;
  /** Label sets of the sources, each once. */
  readonly labelSets: readonly Labels[];
  readonly targets: readonly NetworkTarget[];
  readonly sources: readonly NetworkSource[];
  /** The addresses asked about, pods' and others', each once. */
  readonly addresses: readonly string[];
  readonly caveats: readonly Caveat[];
  readonly parameters: PolicyParameters;
};

/** A pod that is connected to. `guard` says what a port is for, and so who may connect; without one nobody judges it. */
export type NetworkTarget = {
  readonly namespace: string;
  readonly labels: Labels;
  readonly hostNetwork: boolean;
  readonly containers: NonNullable<NonNullable<NetworkPod['spec']>['containers']>;
  readonly initContainers: NonNullable<NonNullable<NetworkPod['spec']>['initContainers']>;
  /** Indexes in `addresses`; empty for one that has none yet. */
  readonly addresses: readonly number[];
  readonly ports: readonly { readonly port: number; readonly guard?: 'tasks' | 'public' }[];
};

/** A pod that connects. */
export type NetworkSource = {
  readonly namespace: string;
  /** Index in `labelSets`. */
  readonly labels: number;
  readonly hostNetwork: boolean;
  /** One of the pods it stands for, `NAMESPACE/NAME`. */
  readonly example: string;
};

/** A rule of a policy: indexes in `policies`, in its ingress or egress, in from or to (null: left out), in ports (null: left out). */
export type Through = {
  readonly policy: number;
  readonly rule: number;
  readonly peer: number | null;
  readonly entry: number | null;
};

/** The answer of `data.seinode.netpol.reach`. Lists come in no order. */
export type NetworkAnswer = {
  /** One for each target and port. */
  readonly ingress: readonly {
    readonly target: number;
    readonly port: number;
    /** Policies that isolate it; for a target with hostNetwork those that would, were it an ordinary pod. */
    readonly isolatedBy: readonly number[];
    readonly admits: readonly Through[];
    /** Why nothing is certain: caveats that hold for the target. */
    readonly caveats: readonly Caveat[];
  }[];
  /**
   * By policy, rule and peer of ingress, the index in `who` of those that the peer stands for; null where the rule lets
   * nobody in to what is asked about. Of a policy of no namespace, which isolates nobody, every peer has one.
   */
  readonly peers: readonly (readonly (readonly (number | null)[])[])[];
  /** Who distinct peers stand for. Pods: of one of the namespaces, with one of the label sets. */
  readonly who: readonly (
    | { readonly namespaces: readonly string[]; readonly labelSets: readonly number[] }
    | { readonly cidr: string; readonly addresses: readonly number[] }
  )[];
  /** Sources that a policy isolates, by index: its policies. */
  readonly egress: Readonly<Record<string, readonly number[]>>;
  /**
   * By egress policy: the targets and ports that it lets out to. `certain` is false where only an ipBlock may do so: the
   * target's address is inside, or not known yet.
   */
  readonly lets: Readonly<
    Record<
      string,
      readonly (Omit<Through, 'policy'> & {
        readonly target: number;
        readonly port: number;
        readonly certain: boolean;
      })[]
    >
  >;
};
