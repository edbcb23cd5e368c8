import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import type { Client } from './client.ts';
import { ClusterError } from './error.ts';
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
  return new ClusterError(
    `${client.where} knows no ${resource.kind}: ${await causeOf(client, resource)}`,
    error.fault,
  );
}

/**
 * The kinds that the cluster serves in some API groups, each in one version.
 *
 * @returns them, and why some could not be asked for.
 */
export async function servedKinds(
  client: Client,
  isWanted: (group: string) => boolean,
): Promise<{ readonly kinds: readonly Resource[]; readonly errors: readonly ClusterError[] }> {
  const errors: ClusterError[] = [];
  const asked = async (read: Read): Promise<Fields> => {
    try {
      return await client.get(read);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (error.fault.status !== 404) errors.push(error);
      return {};
    }
  };
  const { groups } = await asked({ verb: 'get', resource: apiGroups });
  const versions = fieldsIn(groups)
    .filter(({ name }) => isWanted(String(name)))
    .flatMap(({ name, versions }) =>
      fieldsIn(versions).map(({ version }) => ({ group: String(name), version: String(version) })),
    );
  const kinds = versions.map(async served => {
    const resource = { ...served, plural: '', kind: 'APIResourceList' };
    return kindsOf(await asked({ verb: 'get', resource }), served);
  });
  const unique = (await Promise.all(kinds)).flat().map(kind => [`${kind.group} ${kind.kind}`, kind] as const);
  return { kinds: [...new Map(unique).values()], errors };
}

/**
 * What may be done with a kind, as the API server has it now, whoever asks. Of a kind whose CRD is being deleted it names
 * neither create nor update nor patch (apiextensions-apiserver, customresource_discovery_controller).
 *
 * @throws ClusterError where it cannot be asked, or says nothing of the kind.
 */
export async function verbsOf(client: Client, resource: Resource): Promise<readonly string[]> {
  const read: Read = { verb: 'get', resource: { ...resource, plural: '', kind: 'APIResourceList' } };
  const list = await client.get(read);
  const { verbs } = fieldsIn(list.resources).find(({ name }) => name === resource.plural) ?? {};
  if (list.kind === read.resource.kind && Array.isArray(verbs)) return verbs.map(String);
  throw new ClusterError(
    `${client.where} does not say what may be done with ${resource.plural} of ${apiVersionOf(resource)}`,
  );
}

function kindsOf({ resources }: Fields, served: Pick<Resource, 'group' | 'version'>): Resource[] {
  return fieldsIn(resources)
    .map(({ name, kind }) => ({ ...served, plural: String(name), kind: String(kind) }))
    .filter(({ plural }) => !plural.includes('/'));
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
