import type { KubernetesObject } from '../core/kubernetes.ts';
import type { Fields } from '../core/schema/structural.ts';
import type { Client } from './client.ts';
import { ClusterError } from './error.ts';
import type { Resource, Write } from './resource.ts';

/** Which object is written. */
export type ObjectReference = Pick<Write, 'answersMetadata'> & {
  readonly resource: Resource;
  /** Absent for what has none. */
  readonly namespace?: string | undefined;
  readonly name: string;
};

/** An object as it is sent; a server-side apply says only what it owns. */
export type Sent = Pick<KubernetesObject, 'apiVersion' | 'kind'> & Fields;

/*
 * Each write throws ClusterError. `fault.status` 409 says that it met another write: with `fault.reason` AlreadyExists,
 * or Conflict (another resourceVersion or UID, a field that somebody else owns). Without a status it may have been done.
 */

/** Creates an object. @returns it as the server has it; with `dryRun` as it would have it, and nothing is kept. */
export function create(
  client: Client,
  {
    resource,
    namespace,
    answersMetadata = false,
    dryRun = false,
  }: Omit<ObjectReference, 'name'> & { readonly dryRun?: boolean },
  object: Sent,
  fieldManager: string,
): Promise<Fields> {
  const content = { type: 'application/json', value: object };
  const write = { verb: 'create', resource, namespace, answersMetadata } as const;
  return client.write(write, content, { fieldManager, ...(dryRun && { dryRun: 'All' }) });
}

/** Writes the whole object, if it is still of the resourceVersion in it; else it is a Conflict. @returns it as the server has it. */
export function update(
  client: Client,
  target: ObjectReference,
  object: Sent,
  fieldManager: string,
): Promise<Fields> {
  const content = { type: 'application/json', value: object };
  return client.write({ verb: 'update', ...target }, content, { fieldManager });
}

/**
 * Server-side apply: makes the object, or makes it so (Kubernetes API, server-side apply).
 *
 * @param force takes fields from others that own them; else that is a Conflict. @returns it as the server has it.
 */
export function apply(
  client: Client,
  target: ObjectReference,
  object: Sent,
  { fieldManager, force }: { readonly fieldManager: string; readonly force: boolean },
): Promise<Fields> {
  // JSON is YAML.
  const content = { type: 'application/apply-patch+yaml', value: object };
  return client.write({ verb: 'patch', ...target }, content, { fieldManager, force: String(force) });
}

/** Changes an object by a merge patch (RFC 7386), whatever it is by now. @returns it as the server has it. */
export function merge(
  client: Client,
  target: ObjectReference & Pick<Write, 'subresource'>,
  value: Fields,
  fieldManager: string,
): Promise<Fields> {
  const content = { type: 'application/merge-patch+json', value };
  return client.write({ verb: 'patch', ...target }, content, { fieldManager });
}

/** Changes an object by a JSON patch (RFC 6902): all of it, or 422 where a `test` fails. @returns it as the server has it. */
export function patch(
  client: Client,
  target: ObjectReference,
  operations: readonly Fields[],
  fieldManager: string,
): Promise<Fields> {
  const content = { type: 'application/json-patch+json', value: operations };
  return client.write({ verb: 'patch', ...target }, content, { fieldManager });
}

/**
 * Changes the status by a merge patch (RFC 7386), if the object is still of that resourceVersion; else it is a Conflict.
 *
 * @returns it as the server has it.
 */
export function patchStatus(
  client: Client,
  target: ObjectReference,
  resourceVersion: string,
  status: Fields,
  fieldManager: string,
): Promise<Fields> {
  const value = { metadata: { resourceVersion }, status };
  return merge(client, { ...target, subresource: 'status' }, value, fieldManager);
}

export type Removal = {
  /** Of the object that is meant: another of its name is not deleted, that is a Conflict. */
  readonly uid: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
};

/**
 * Deletes an object, or asks its finalizers to.
 *
 * @returns what the server answers: the object, as its finalizers have it now, or a Status; undefined where there is
 * none of that name.
 */
export async function remove(
  client: Client,
  target: ObjectReference,
  removal: Removal,
): Promise<Fields | undefined> {
  const { propagationPolicy, ...preconditions } = removal;
  const value = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions, propagationPolicy };
  try {
    return await client.write({ verb: 'delete', ...target }, { type: 'application/json', value });
  } catch (error) {
    const { status, reason } = error instanceof ClusterError ? error.fault : {};
    if (status === 404 && reason === 'NotFound') return undefined;
    throw error;
  }
}
