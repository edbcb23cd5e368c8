import type { AdmissionSettings } from '../admission/admission.ts';
import type { KubernetesObject } from '../kubernetes.ts';
import type { LeaseSpec } from '../leader-election.ts';
import type { Caveat } from '../network/network.ts';
import type { Labels, PolicyParameters } from '../network/network-policy.ts';
import type { Result } from '../result.ts';
import type { Fields } from '../schema/structural.ts';
import type { SeiNode } from '../seinode.ts';
import type { Kept } from '../toggle/config-map.ts';
import type { Deployment } from '../toggle/operator.ts';
import type { ResourceAttributes } from '../toggle/rights.ts';
import type { GatekeeperFacts, ShippedBundle } from './gatekeeper/facts.ts';
import type {
  CustomResourceDefinition,
  EndpointSlice,
  SeiNodeDeployment,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from './objects.ts';

/** A Lease (Kubernetes API, coordination.k8s.io/v1). */
export type Lease = KubernetesObject & { readonly spec?: LeaseSpec };

/** A policy that NetworkPolicies alone cannot answer for. */
export type Outranking = { readonly text: string; readonly outranks: boolean };

/** What a webhook serves with, and what others verify it by; PEM. Never its key. */
export type ServingCertificate = { readonly chain: string };

/** How the API server answered to the creation of a SeiNode that is not kept. */
export type Probe = {
  readonly namespace: string;
  readonly answer:
    | { readonly outcome: 'accepted' }
    | { readonly outcome: 'refused'; readonly message: string };
};

/** The rules of this release for other engines, as far as a cluster's are held against them. */
export type ShippedPolicies = {
  readonly gatekeeper: ShippedBundle;
  readonly admissionBindings: readonly ValidatingAdmissionPolicyBinding[];
};

/** What an operator goes by, beside its environment: what is wrong with it, and who the controller is. */
export type PolicySettings = {
  /** Whether it exists; else the defaults count. */
  readonly isThere: boolean;
  readonly faults: readonly string[];
  readonly parameters: PolicyParameters;
  readonly admission: AdmissionSettings;
};

/** All that a cluster was asked; an error is why it could not be read. */
export type Facts = {
  /** RFC 3339. */
  readonly now: string;
  readonly pluginVersion: string;
  readonly shipped: ShippedPolicies;
  /** Where the caller's rights were asked for; absent for every namespace. */
  readonly namespace: string | undefined;
  readonly serverVersion: Result<Fields>;
  readonly crd: Result<CustomResourceDefinition | undefined>;
  readonly nodes: Result<readonly SeiNode[]>;
  readonly seiNodeDeployments: Result<readonly SeiNodeDeployment[]>;
  readonly operators: Result<readonly Deployment[]>;
  /** Those that operators are elected by, in every namespace. */
  readonly leases: Result<readonly Lease[]>;
  /** Those beside them, where replicas share the work. */
  readonly shardLeases: Result<readonly Lease[]>;
  readonly namespaces: Result<ReadonlyMap<string, Labels>>;
  readonly webhooks: Result<readonly ValidatingWebhookConfiguration[]>;
  readonly certificate: Result<ServingCertificate | undefined>;
  /** Of the webhook's Service; undefined where there is no such Service. */
  readonly endpoints: Result<readonly EndpointSlice[] | undefined>;
  /** Undefined where there was nothing to ask, or no namespace to ask in. */
  readonly probe: Probe | undefined;
  readonly gatekeeper: GatekeeperFacts;
  readonly admissionPolicies: Result<readonly ValidatingAdmissionPolicy[]>;
  readonly admissionBindings: Result<readonly ValidatingAdmissionPolicyBinding[]>;
  readonly enforcement: Result<{
    readonly enforcing: readonly string[];
    readonly caveats: readonly Caveat[];
  }>;
  readonly outranking: Result<readonly Outranking[]>;
  /** The toggles that are there; an error where one cannot be understood. */
  readonly toggles: Result<readonly Result<Kept>[]>;
  readonly policySettings: Result<PolicySettings>;
  /** What the caller may not do, of all that commands need. */
  readonly denied: Result<readonly ResourceAttributes[]>;
};
