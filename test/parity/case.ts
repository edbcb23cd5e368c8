import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { PolicyParameters } from '../../core/network/network-policy.ts';
import type { Severity } from '../../core/policy.ts';

/** A small cluster that rules are asked about, by any engine. */
export type Case = {
  readonly name: string;
  /** What is there; where there is a request, before it. */
  readonly objects: readonly KubernetesObject[];
  /** Who may connect, where that is not as by default. */
  readonly parameters?: PolicyParameters;
  /** What somebody asks of the API server; absent where the cluster is judged as it is. */
  readonly request?: Request;
};

/** Both objects for an UPDATE, `object` for a CREATE, `oldObject` for a DELETE. */
export type Request = {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object?: KubernetesObject;
  readonly oldObject?: KubernetesObject;
};

/** A violation as every engine says it. */
export type Found = {
  readonly rule: string;
  readonly severity: Severity;
  /** `KIND NAMESPACE/NAME` of the object that is reported; for a request of that which is asked for. */
  readonly object: string;
  readonly field: string;
  readonly message: string;
  readonly details: object;
};

/** What is found of a case, sorted, each once. */
export type Answer = readonly Found[];

/** Every engine judges at this moment, or with its own clock: certificates of cases are valid or not at both. */
export const now = '2026-06-01T00:00:00Z';

/** How violations name an object. */
export function nameOf({ kind, metadata: { namespace, name } }: KubernetesObject): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** Sorts violations, and leaves out what is said twice. */
export function answerOf(found: readonly Found[]): Answer {
  const byText = new Map(found.map(each => [JSON.stringify(sortedKeys(each)), each]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([text]) => JSON.parse(text));
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sortedKeys(each)]));
}
