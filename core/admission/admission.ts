import type { Secret } from '../kubernetes.ts';
import type { Network } from '../network/network.ts';
import type { PolicyParameters } from '../network/network-policy.ts';
import type { SeiNode } from '../seinode.ts';

/** What is done about a violation, in Gatekeeper's words: refused; let through with a warning; only recorded. */
export type Action = 'deny' | 'warn' | 'dryrun';

/** The operator's ConfigMap `seinode-policy`, key admission.yaml. */
export type AdmissionSettings = {
  /** By rule id; a rule that is left out has its default. */
  readonly actions: Readonly<Record<string, Action>>;
  /** Names of namespaces where nothing is judged. */
  readonly exemptNamespaces: readonly string[];
};

/**
 * What a request is judged beside: the cluster as the operator's caches have it. What is worked out of it is kept as long
 * as it is: another one is made when anything changes.
 */
export type World = {
  readonly nodes: readonly SeiNode[];
  /** A Secret of type kubernetes.io/tls; undefined where there is none. */
  readonly secret: (namespace: string, name: string) => Secret | undefined;
  /** Its pods are those of nodes alone. */
  readonly network: Network;
  readonly parameters: PolicyParameters;
  /** Names of the namespaces that are being deleted. */
  readonly terminating?: ReadonlySet<string>;
  readonly settings: AdmissionSettings;
  /** Why NetworkPolicies cannot be judged, where that is so: parameters that do not parse, a collection that may not be read. */
  readonly unjudged?: string;
};

/** The request of an AdmissionReview (admission.k8s.io/v1), as far as it is read. */
export type AdmissionRequest = {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly userInfo: { readonly username?: string; readonly groups?: readonly string[] };
  /** Null for a DELETE. */
  readonly object: unknown;
  /** Null for a CREATE. */
  readonly oldObject: unknown;
  readonly dryRun?: boolean;
};

/** The response of an AdmissionReview (admission.k8s.io/v1). */
export type AdmissionResponse = {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
  /** One line each; kubectl prints them. */
  readonly warnings?: readonly string[];
  /** Written to the API server's audit log. */
  readonly auditAnnotations?: Readonly<Record<string, string>>;
};
