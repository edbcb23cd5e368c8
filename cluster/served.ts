import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import type { Client } from './client.ts';
import { ClusterError } from './error.ts';
import { apiGroups, apiVersionOf, type Resource } from './resource.ts';

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
  return new ClusterError(
    `${client.where} knows no ${resource.kind}: ${await causeOf(client, resource)}`,
    error.fault,
  );
}

async function causeOf(client: Client, resource: Resource): Promise<string> {
  const crd = `the CRD ${resource.plural}.${resource.group}`;
  const wanted = apiVersionOf(resource);
  const served = await versionsOf(client, resource.group);
  if (served === undefined) {
    return 'it serves no API groups at all; check the server of the cluster in the kubeconfig';
  }
  return served.length === 0 || served.includes(wanted)
    ? `${crd} is not installed: install it, or choose another cluster with --context`
    : `${crd} is of another version: ${served.map(version => shown(version).slice(1, -1)).join(', ')} is served, ${wanted} is needed`;
}

/** The versions of a group that are served, as far as may be known; undefined where no API server answers. */
async function versionsOf(client: Client, group: string): Promise<string[] | undefined> {
  const list = await client.get({ verb: 'get', resource: apiGroups }).catch(error => {
    if (error instanceof ClusterError) return error;
    throw error;
  });
  if (list instanceof ClusterError) {
    return list.fault.status === 404 ? undefined : [];
  }
  const { versions } = fieldsIn(list.groups).find(({ name }) => name === group) ?? {};
  return fieldsIn(versions)
    .map(({ groupVersion }) => groupVersion)
    .filter(groupVersion => typeof groupVersion === 'string');
}

function fieldsIn(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter(isFields) : [];
}
