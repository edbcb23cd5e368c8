import type { KubernetesObject } from '../../kubernetes.ts';
import type { Result } from '../../result.ts';
import type { ValidatingWebhook } from '../objects.ts';

/** What is read of Gatekeeper. Kinds that are not served are empty. */
export type GatekeeperFacts = {
  /** Whether its templates are a kind of this cluster. */
  readonly isServed: Result<boolean>;
  /** Its Deployments, by their label. */
  readonly deployments: Result<readonly GatekeeperDeployment[]>;
  readonly templates: Result<readonly ConstraintTemplate[]>;
  /** Constraints of every kind. */
  readonly constraints: Result<readonly Constraint[]>;
  readonly configs: Result<readonly GatekeeperConfig[]>;
  readonly syncSets: Result<readonly SyncSet[]>;
};

/** The bundle of this release, as `policy export` writes it. */
export type ShippedBundle = {
  readonly templates: readonly ConstraintTemplate[];
  readonly constraints: readonly Constraint[];
  readonly syncSets: readonly SyncSet[];
};

/** Gatekeeper, as the checks see it. */
export type Gatekeeper = {
  readonly deployments: readonly GatekeeperDeployment[];
  /** Of its webhook; undefined where there is none. */
  readonly webhooks: readonly ValidatingWebhook[] | undefined;
  /** Those of this project. */
  readonly templates: readonly ConstraintTemplate[];
  /** Those of these templates. */
  readonly constraints: readonly Constraint[];
  readonly configs: readonly GatekeeperConfig[];
  readonly syncSets: readonly SyncSet[];
};

/** apps/v1. */
export type GatekeeperDeployment = KubernetesObject & {
  readonly spec?: {
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
    };
  };
};

type Source = { readonly rego?: string; readonly libs?: readonly string[] };

/** templates.gatekeeper.sh/v1. */
export type ConstraintTemplate = KubernetesObject & {
  readonly spec?: {
    readonly crd?: { readonly spec?: { readonly names?: { readonly kind?: string } } };
    readonly targets?: readonly { readonly code?: readonly { readonly source?: Source }[] }[];
  };
  readonly status?: {
    readonly created?: boolean;
    readonly byPod?: readonly {
      readonly id?: string;
      readonly errors?: readonly { readonly message?: string }[];
    }[];
  };
};

/** constraints.gatekeeper.sh/v1beta1. */
export type Constraint = KubernetesObject & {
  readonly spec?: {
    readonly enforcementAction?: string;
    readonly match?: { readonly excludedNamespaces?: readonly string[] };
  };
};

type GVK = { readonly group?: string; readonly kind?: string };

/** config.gatekeeper.sh/v1alpha1. */
export type GatekeeperConfig = KubernetesObject & {
  readonly spec?: {
    readonly sync?: { readonly syncOnly?: readonly GVK[] };
    readonly match?: readonly {
      readonly excludedNamespaces?: readonly string[];
      readonly processes?: readonly string[];
    }[];
  };
};

/** syncset.gatekeeper.sh/v1alpha1. */
export type SyncSet = KubernetesObject & { readonly spec?: { readonly gvks?: readonly GVK[] } };

/** Its webhook's configuration, and the webhook that judges (charts/gatekeeper of the project). */
export const gatekeeperNames = {
  configuration: 'gatekeeper-validating-webhook-configuration',
  webhook: 'validation.gatekeeper.sh',
  deployment: 'gatekeeper-controller-manager',
} as const;

/** By what the templates of this project are known (policies/gatekeeper). */
export function isOurTemplate({ metadata: { name, labels } }: ConstraintTemplate): boolean {
  return labels?.['app.kubernetes.io/name'] === 'kubectl-seinode' || name.startsWith('seinode');
}
