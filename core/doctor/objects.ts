import type { KubernetesObject } from '../kubernetes.ts';
import type { LabelSelector } from '../network/network-policy.ts';
import { type Result, success } from '../result.ts';
import type { Schema } from '../schema/structural.ts';

/** The parts of objects of the cluster that are looked at, beside those that the rest of core knows. */

/** A rule that CEL checks (apiextensions/v1 ValidationRule). */
export type ValidationRule = { readonly rule: string; readonly message?: string };

/** A schema with its rules (apiextensions/v1 JSONSchemaProps). */
export type RuledSchema = Schema & { readonly 'x-kubernetes-validations'?: readonly ValidationRule[] };

/** apiextensions.k8s.io/v1. */
export type CustomResourceDefinition = KubernetesObject & {
  readonly spec?: {
    readonly versions?: readonly {
      readonly name: string;
      readonly served?: boolean;
      readonly schema?: { readonly openAPIV3Schema?: RuledSchema };
      readonly subresources?: { readonly status?: object };
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

/** What a webhook is asked about (admissionregistration.k8s.io/v1 RuleWithOperations). */
export type WebhookRule = {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly operations?: readonly string[];
};

/** admissionregistration.k8s.io/v1. */
export type ValidatingWebhook = {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly timeoutSeconds?: number;
  readonly rules?: readonly WebhookRule[];
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly clientConfig?: {
    readonly caBundle?: string;
    readonly url?: string;
    readonly service?: { readonly namespace: string; readonly name: string; readonly port?: number };
  };
};

/** admissionregistration.k8s.io/v1. */
export type ValidatingWebhookConfiguration = KubernetesObject & {
  readonly webhooks?: readonly ValidatingWebhook[];
};

/** The webhooks of one configuration; undefined where there is no such configuration. */
export function webhooksOf(
  read: Result<readonly ValidatingWebhookConfiguration[]>,
  name: string,
): Result<readonly ValidatingWebhook[] | undefined> {
  if (!read.ok) return read;
  const found = read.value.find(({ metadata }) => metadata.name === name);
  return success(found && (found.webhooks ?? []));
}

/** discovery.k8s.io/v1. */
export type EndpointSlice = KubernetesObject & {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
};

/** admissionregistration.k8s.io/v1. */
export type ValidatingAdmissionPolicy = KubernetesObject & {
  readonly status?: {
    readonly typeChecking?: {
      readonly expressionWarnings?: readonly { readonly fieldRef: string; readonly warning: string }[];
    };
  };
};

/** admissionregistration.k8s.io/v1. */
export type ValidatingAdmissionPolicyBinding = KubernetesObject & {
  readonly spec?: { readonly policyName?: string; readonly validationActions?: readonly string[] };
};

/** sei.io/v1alpha1, the reference's other kind: what is read of it (docs/spec/seinodedeployment.md). */
export type SeiNodeDeployment = KubernetesObject & {
  readonly spec?: {
    readonly replicas?: number;
    readonly deletionPolicy?: string;
    readonly genesis?: object;
    readonly networking?: object;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly plan?: {
      readonly phase: string;
      readonly tasks?: readonly { readonly type: string; readonly status: string }[];
    };
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
};
