import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import type { Client } from './client.ts';
import { ClusterError } from './error.ts';
import { unexpected } from './explain.ts';
import { apiGroups, apiVersionOf, type Read, type Resource } from './resource.ts';

/**
 * Says of a read that failed for want of the kind itself what the cluster serves instead.
 *
 * @returns the error to throw: the given one where it has another cause.
 */
export async function whyNotServed(client: Client, resource: Resource, error: unknown): Promise<unknown> {
  const noSuchKind =
    error instanceof ClusterError && error.fault.status === 404 && error.fault.reason !== 'NotFound';
  if (!noSuchKind) {
    return error;
  }
  const { group, plural, kind } = resource;
  const served = await versionsOf(client, group);
  const wanted = apiVersionOf(resource);
  const cause =
    served.length === 0 || served.includes(wanted)
      ? `the CRD ${plural}.${group} is not installed: install it, or choose another cluster with --context`
      : `the CRD ${plural}.${group} is of another version: ${served.map(version => shown(version).slice(1, -1)).join(', ')} is served, ${wanted} is needed`;
  return new ClusterError(`${client.where} knows no ${kind}: ${cause}`, error.fault);
}

/** The versions of a group that are served. @throws ClusterError where no API server answers. */
async function versionsOf(client: Client, group: string): Promise<string[]> {
  const read: Read = { verb: 'get', resource: apiGroups };
  const list = await client.get(read);
  if (list.kind !== 'APIGroupList') {
    throw unexpected(read, client.where, list);
  }
  const { versions } = fieldsIn(list.groups).find(({ name }) => name === group) ?? {};
  return fieldsIn(versions)
    .map(({ groupVersion }) => groupVersion)
    .filter(groupVersion => typeof groupVersion === 'string');
}

function fieldsIn(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter(isFields) : [];
}
