import { shown } from '../core/schema/text.ts';
import { ClusterError } from './error.ts';

/** A kind that the API server serves, and how its URL is written. */
export type Resource = {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
};

/** One read of the API, in the words of RBAC. */
export type Read = {
  readonly verb: 'get' | 'list' | 'watch';
  readonly resource: Resource;
  /** Absent for every namespace, and for what has none. */
  readonly namespace?: string | undefined;
  readonly name?: string;
};

/** One write of the API, in the words of RBAC. */
export type Write = Omit<Read, 'verb'> & {
  readonly verb: 'create' | 'update' | 'patch' | 'delete';
  readonly subresource?: 'status' | 'portforward' | 'token';
  /** Whether of what was written only the metadata is wanted back. */
  readonly answersMetadata?: boolean;
};

/** Any request of the API. */
export type AnyRequest = Read | Write;

/** A kind of which only the metadata is asked for. */
const metadataOnly = 'PartialObjectMetadata';

const core = { group: '', version: 'v1' };

export const seiNodes: Resource = {
  group: 'sei.io',
  version: 'v1alpha1',
  plural: 'seinodes',
  kind: 'SeiNode',
};
export const secrets: Resource = { ...core, plural: 'secrets', kind: 'Secret' };
/** Secrets without what is in them (Kubernetes API concepts, metadata only). */
export const secretMetadata: Resource = metadataOf(secrets);
export const pods: Resource = { ...core, plural: 'pods', kind: 'Pod' };
export const serviceAccounts: Resource = { ...core, plural: 'serviceaccounts', kind: 'ServiceAccount' };
export const events: Resource = { ...core, plural: 'events', kind: 'Event' };
export const namespaces: Resource = { ...core, plural: 'namespaces', kind: 'Namespace' };
export const persistentVolumeClaims: Resource = {
  ...core,
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
};
export const persistentVolumes: Resource = { ...core, plural: 'persistentvolumes', kind: 'PersistentVolume' };
export const services: Resource = { ...core, plural: 'services', kind: 'Service' };
export const configMaps: Resource = { ...core, plural: 'configmaps', kind: 'ConfigMap' };
export const statefulSets: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
};
export const deployments: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
};
export const daemonSets: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'daemonsets',
  kind: 'DaemonSet',
};
export const jobs: Resource = { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job' };
export const networkPolicies: Resource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'networkpolicies',
  kind: 'NetworkPolicy',
};

export const customResourceDefinitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};

export const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};

/** Asks what the caller may do; nothing is kept of it. */
export const selfSubjectAccessReviews: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
};

/** A kind's objects without what is in them. */
export function metadataOf(resource: Resource): Resource {
  return { ...resource, kind: metadataOnly };
}

/** `sei.io/v1alpha1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The groups that are served, each with its versions (APIGroupList, meta/v1). */
export const apiGroups: Resource = { group: '', version: '', plural: '', kind: 'APIGroup' };

/** What the API server is (version.Info). */
export const serverVersion: Resource = { group: '', version: '', plural: 'version', kind: 'Info' };

/**
 * The path of a collection or of one object (Kubernetes API concepts, resource URIs).
 *
 * @throws ClusterError for a name that no object can have, and that would make another path of it.
 */
export function pathOf({ resource, namespace, name, subresource }: Omit<Write, 'verb'>): string {
  const { group, version, plural } = resource;
  if (version === '') {
    return plural === '' ? '/apis' : `/${plural}`;
  }
  for (const part of [namespace, name]) {
    if (part !== undefined && /^\.{0,2}$|[/%]/.test(part)) {
      throw new ClusterError(`no object or namespace can be named ${shown(part)}`, {
        status: 404,
        reason: 'NotFound',
      });
    }
  }
  const parts = [
    ...(group === '' ? ['api', version] : ['apis', group, version]),
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    ...(plural === '' ? [] : [plural]),
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return `/${parts.map(part => encodeURIComponent(part.toWellFormed())).join('/')}`;
}

/** What an answer shall be: JSON, and of a kind that is `metadataOnly` nothing that was not asked for. */
export function mediaTypeOf(request: AnyRequest): string {
  const { verb, resource } = request;
  const answersMetadata = 'answersMetadata' in request && request.answersMetadata;
  const asked = `as=${metadataOnly}${verb === 'list' ? 'List' : ''};g=meta.k8s.io;v=v1`;
  return answersMetadata || resource.kind === metadataOnly ? `application/json;${asked}` : 'application/json';
}

/** The request for a person: `list seinodes.sei.io in the namespace arctic`. */
export function sentenceOf(request: AnyRequest): string {
  const { verb, resource, namespace, name } = request;
  const { group } = resource;
  const what = `${verb} ${pluralOf(request)}${group === '' ? '' : `.${group}`}`;
  return `${what}${name === undefined ? '' : ` "${name}"`}${namespace === undefined ? '' : ` in the namespace ${namespace}`}`;
}

/** `pods`, or `pods/status` where that part of it is meant. */
export function pluralOf(request: AnyRequest): string {
  const { plural } = request.resource;
  return 'subresource' in request && request.subresource ? `${plural}/${request.subresource}` : plural;
}
