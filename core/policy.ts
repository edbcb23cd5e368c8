import type { TLSReason } from './conditions.ts';
import type { KubernetesObject, Secret } from './kubernetes.ts';
import type { SeiNode } from './seinode.ts';

/** What the rules are asked about one node. The edge gathers it; the rules read no clock and no API. */
export type NodeInput = {
  /** The moment to judge at, RFC 3339 in UTC. */
  readonly now: string;
  readonly node: SeiNode;
  /** The Secret that spec.sidecar.tls names; absent where there is none. */
  readonly secret?: Secret;
  /** Why the Secret could not be read, where that is so: the verdict is then Unavailable. */
  readonly unavailable?: string;
  /** The node as it was, where an edit is judged. */
  readonly before?: SeiNode;
  /** The other SeiNodes of its namespace that are not being deleted, those at least that share a key or a claim with it. */
  readonly others?: readonly SeiNode[];
  /** The name of a Secret of its namespace that is being deleted, where that is judged. */
  readonly deletedSecret?: string;
  /** Paths of fields the CRD does not have, `spec.storage.retainOnDelete`. */
  readonly unknownFields?: readonly string[];
  /** Whether the node is not in sight, and `node` holds no more than its pod tells of it. */
  readonly inferred?: boolean;
  /** What it runs as, where that is there: its live pod NAME-0, its StatefulSet and its headless Service. */
  readonly pod?: KubernetesObject;
  readonly statefulSet?: KubernetesObject;
  readonly service?: KubernetesObject;
};

/** The answer of `data.seinode.tls.verdict`: condition SidecarTLSSecretReady (contract §2). */
export type TLSVerdict = {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: TLSReason;
  readonly message: string;
  /** Required names that the leaf lacks, in the order required; only with SANsMismatch. */
  readonly missing?: readonly string[];
};

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** One violation, as the rules build it. */
export type Violation = {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** The field of the object that the violation is about, `spec.sidecar.tls`. */
  readonly field: string;
  readonly fix: string;
  readonly docs: string;
};

/** A violation at a target of a network. `field` is one of the policy that `details.policy` names, where it names one. */
export type NetworkViolation = Violation & {
  /** Index in the targets asked about. */
  readonly target: number;
};

/** What is known of a rule from its METADATA. */
export type Rule = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly docs: string;
  readonly example: string;
  readonly fix: string;
};

/** The page of a rule. */
export function pageOf(rule: string): string {
  return `https://github.com/sei-protocol/kubectl-seinode/blob/main/docs/rules/${rule}.md`;
}
