import type { KubernetesObject, Secret } from '../kubernetes.ts';
import type { Repair } from '../network/repair.ts';
import type { Violation } from '../policy.ts';
import { withCause } from '../tls-secret.ts';

/** How reports name an object. */
export type ObjectName = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};

/** A violation, the object it is about, and that which is to be mended: the field is one of `at`. */
export type Found = Violation & {
  readonly object: ObjectName;
  readonly at: ObjectName;
  readonly repair?: Repair;
};

/** What could not be judged, and why: one sentence. */
export type Unjudged = { readonly message: string; readonly at?: ObjectName; readonly field?: string };

/** What the rules say of objects, and what they could not be asked. */
export type Judgement = {
  /** Those that every rule was asked about that there is for their kind. */
  readonly checked: readonly KubernetesObject[];
  readonly found: readonly Found[];
  readonly unjudged: readonly Unjudged[];
};

/** How reports name an object. */
export function identityOf({ apiVersion, kind, metadata }: KubernetesObject): ObjectName {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/**
 * A violation of an object.
 *
 * @param at what is to be mended; the object itself. @param secret the node's, which says more of why it does not do.
 */
export function foundAt(
  violation: Violation,
  object: KubernetesObject,
  at: KubernetesObject = object,
  secret?: Secret,
): Found {
  const message = withCause(violation.message, violation.details.reason, secret);
  return { ...violation, message, object: identityOf(object), at: identityOf(at) };
}
