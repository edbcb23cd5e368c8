import type { Condition, KubernetesObject } from './kubernetes.ts';
import type { ModeSpecs, PeerSource } from './mode-specs.ts';

/** The four operating modes; exactly one of these fields is set in a spec (contract §1). */
export const modes = ['fullNode', 'archive', 'replayer', 'validator'] as const;
export type Mode = (typeof modes)[number];

export type Phase = 'Pending' | 'Initializing' | 'Running' | 'Failed' | 'Terminating';

/** A task of a plan, as stored in status (contract §3). */
export type PlannedTask = {
  readonly id: string;
  readonly type: string;
  readonly status: 'Pending' | 'Complete' | 'Failed';
  readonly params?: Readonly<Record<string, unknown>>;
  /** When the task went to the sidecar; beside `error` on a Pending task: when the attempt failed. */
  readonly submittedAt?: string;
  readonly error?: string;
  readonly maxRetries?: number;
  readonly retryCount?: number;
};

/** The work that brings a node to a phase, as stored in status (contract §3). */
export type TaskPlan = {
  readonly id?: string;
  readonly phase: 'Active' | 'Complete' | 'Failed';
  readonly tasks: readonly PlannedTask[];
  /** The phase of the node once the plan is complete. */
  readonly targetPhase?: Phase;
  /** The phase of the node once the plan has failed; absent: it stays what it is. */
  readonly failedPhase?: Phase;
  readonly failedTaskIndex?: number;
  readonly failedTaskDetail?: {
    readonly type: string;
    readonly id: string;
    readonly error: string;
    readonly retryCount: number;
    readonly maxRetries: number;
  };
};

export type SeiNodeStatus = {
  readonly phase?: Phase;
  readonly phaseTransitionTime?: string;
  readonly currentImage?: string;
  readonly conditions?: readonly Condition[];
  readonly plan?: TaskPlan;
  readonly resolvedPeers?: readonly string[];
  /** What discover-peers was last given, where no longer told by the plan. */
  readonly appliedPeers?: readonly string[];
  readonly externalAddress?: string;
  readonly sidecarTLS?: { readonly secretName: string; readonly requiredDNSNames: readonly string[] };
};

/** spec.sidecar.resources (Kubernetes API, core/v1); an amount may be a bare number. */
export type ResourceRequirements = {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
  readonly claims?: readonly object[];
};

/** sei.io/v1alpha1 SeiNode: the fields this project reads; every other field is kept as it came. */
export type SeiNode = KubernetesObject & {
  readonly spec: {
    readonly chainId: string;
    readonly image: string;
    readonly sidecar?: {
      readonly image?: string;
      readonly port?: number;
      readonly resources?: ResourceRequirements;
      readonly tls?: { readonly secretName: string };
    };
    readonly entrypoint?: object;
    readonly podLabels?: Readonly<Record<string, string>>;
    readonly dataVolume?: { readonly import?: { readonly pvcName: string } };
    readonly peers?: readonly PeerSource[];
    readonly overrides?: Readonly<Record<string, string>>;
  } & ModeSpecs;
  readonly status?: SeiNodeStatus;
};

/** The name of the TLS Secret a node refers to, or undefined where TLS is off. */
export function tlsSecretName(node: SeiNode): string | undefined {
  return node.spec.sidecar?.tls?.secretName;
}

/** Every mode that a spec sets: one in a valid spec, none or several in one the API server refuses. */
export function modesOf(spec: Readonly<Record<string, unknown>>): Mode[] {
  return modes.filter(mode => spec[mode] !== undefined && spec[mode] !== null);
}

/**
 * The DNS names a certificate must carry for a node, in the order of the contract (§1): the headless
 * Service, then the pod behind it.
 */
export function requiredDNSNames(name: string, namespace: string): [string, string] {
  const service = `${name}.${namespace}.svc.cluster.local`;
  return [service, `${name}-0.${service}`];
}

/** The condition of a type; undefined where status has none. */
export function conditionOf(
  status: Pick<SeiNodeStatus, 'conditions'> | undefined,
  type: string,
): Condition | undefined {
  return status?.conditions?.find(condition => condition.type === type);
}
