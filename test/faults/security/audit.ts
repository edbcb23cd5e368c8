import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { granted } from '../../operator/rights.ts';

/** What the API server wrote of a request (audit.k8s.io/v1), as far as rights go. */
export type Asked = {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
  /** Of a SubjectAccessReview, which kube-rbac-proxy makes of a request to it. */
  readonly requestObject?: {
    readonly spec: { readonly user: string; readonly resourceAttributes?: Attributes };
  };
  readonly responseObject?: { readonly status: { readonly allowed: boolean } };
};
type Attributes = {
  readonly group?: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
};

/** All that API servers were asked, from the files of CONTROL_PLANE_AUDIT. The last line may not be whole yet. */
export function askedIn(directory: string): Asked[] {
  const files = readdirSync(directory).filter(file => file.endsWith('.jsonl'));
  const lines = files.flatMap(file => readFileSync(join(directory, file), 'utf8').split('\n').slice(0, -1));
  return lines.map(line => JSON.parse(line));
}

/** Who really asked. */
export function callerOf({ user, impersonatedUser }: Asked): string {
  return (impersonatedUser ?? user).username;
}

/**
 * The rights that users of that name have used, each once, as `granted` writes them: with the name of the object, and without, since a
 * right may be of either. Refused requests use none.
 */
export function usedBy(user: RegExp, asked: readonly Asked[]): string[] {
  const own = asked
    .filter(each => user.test(callerOf(each)) && each.responseStatus?.code !== 403)
    .flatMap(({ verb, objectRef }) => (objectRef ? [{ verb, ...objectRef }] : []))
    .map(({ verb, apiGroup, resource, subresource, name }) => ({
      verb,
      group: apiGroup,
      name,
      resource: [resource, subresource].filter(Boolean).join('/'),
    }));
  const atProxies = asked
    .filter(
      ({ requestObject, responseObject }) =>
        user.test(requestObject?.spec.user ?? '') && responseObject?.status.allowed,
    )
    .flatMap(({ requestObject }) => requestObject?.spec.resourceAttributes ?? [])
    .filter(({ resource }) => resource === 'seinodetasks');
  const rules = [...own, ...atProxies].map(({ verb, group = '', resource }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));
  const named = own
    .filter(({ name }) => name !== undefined)
    .map(({ verb, group = '', resource, name }) => ({
      apiGroups: [group],
      resources: [resource],
      resourceNames: [name!],
      verbs: [verb],
    }));
  return [...new Set(granted([...rules, ...named]))].toSorted();
}
