/** The parts of ObjectMeta (Kubernetes API, meta/v1) that this project reads. */
export type ObjectMeta = {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly finalizers?: readonly string[];
  /** Counts the changes of spec. */
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  /** When it is to be gone: it was deleted as many seconds before as it is given. */
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly ownerReferences?: readonly OwnerReference[];
};

/** What an object belongs to: it is collected once all its owners are gone (Kubernetes API, meta/v1). */
export type OwnerReference = {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name?: string;
  readonly uid: string;
  /** The one owner that manages it. */
  readonly controller?: boolean;
};

/** Any object, as decoded from JSON or YAML. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
};

/** A Secret (Kubernetes API, core/v1). `data` values are base64; `stringData` has been folded into `data`. */
export type Secret = KubernetesObject & {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
};

/** The type of a Secret that holds a certificate and its key (Kubernetes API, core/v1). */
export const tlsSecretType = 'kubernetes.io/tls';

/** A condition (Kubernetes API, meta/v1). */
export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
  /** The generation of the spec that the condition speaks of. */
  readonly observedGeneration?: number;
};

/** `NAMESPACE/NAME`, the key under which an object is found. */
export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
