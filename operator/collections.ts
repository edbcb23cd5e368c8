import type { Collection } from '../cluster/collection.ts';
import {
  configMaps,
  jobs,
  namespaces,
  networkPolicies,
  persistentVolumeClaims,
  pods,
  type Resource,
  secretMetadata,
  secrets,
  seiNodes,
  services,
  statefulSets,
} from '../cluster/resource.ts';
import { breakGlass } from '../core/findings/break-glass.ts';
import { tlsSecretType } from '../core/kubernetes.ts';
import { parametersConfigMap } from '../core/network/parameters.ts';
import { type Fields, isFields } from '../core/schema/structural.ts';

/** A collection that is followed; one that is optional keeps nobody from beginning, nor from being ready. */
export type Followable = Collection & { readonly isOptional?: boolean };

const ofNodes = { labelSelector: 'sei.io/node' };

/** The ConfigMap that says who may connect (contract §6), followed apart from those of nodes. */
export const parametersMaps: Resource = { ...configMaps };

/**
 * What the operator follows of a cluster. Of Secrets only those that may be a node's certificate are read whole; of the
 * others it hears that they exist, so that one of the wrong type is told from one that is missing.
 *
 * @param namespace its own.
 */
export function collectionsOf(namespace: string): Followable[] {
  const query = { fieldSelector: `metadata.name=${parametersConfigMap.name}` };
  const parameters = { resource: parametersMaps, namespace, query, isOptional: true };
  return [...ofCluster, parameters];
}

/** What decides who may connect to nodes: whose condition a change may be, the posture says. */
export const ofNetworks: ReadonlySet<Resource> = new Set([networkPolicies, namespaces, parametersMaps]);

const ofCluster: readonly Followable[] = [
  { resource: seiNodes, keep: withSpec },
  { resource: secrets, query: { fieldSelector: `type=${tlsSecretType}` }, keep: certificateAlone },
  { resource: secretMetadata, query: { fieldSelector: `type!=${tlsSecretType}` } },
  { resource: statefulSets },
  { resource: jobs, query: ofNodes },
  { resource: pods, query: ofNodes },
  { resource: persistentVolumeClaims },
  { resource: services, query: ofNodes },
  { resource: configMaps, query: ofNodes },
  // Nothing is held back by them: who may not see them can work all the same.
  { resource: networkPolicies, keep: withoutAnnotations, isOptional: true },
  { resource: namespaces, keep: withoutAnnotations, isOptional: true },
];

/** What a collection is called in metrics and messages. */
export function nameOf(resource: Resource): string {
  if (resource === parametersMaps) return `configmap ${parametersConfigMap.name}`;
  return resource === secretMetadata ? `${resource.plural} (metadata)` : resource.plural;
}

/** A node with a spec, were it an empty one: the CRD lets one be stored that has none, and it must stop no other. */
export function withSpec(node: Fields): Fields {
  return isFields(node.spec) ? node : { ...node, spec: {} };
}

/** What a node is judged and its sidecar verified by: others put whole keystores beside that, or all of it into an annotation. */
function certificateAlone(secret: Fields): Fields {
  const { data, ...rest } = secret;
  const entries = isFields(data) ? Object.entries(data) : [];
  const kept = entries.filter(([name]) => ['tls.crt', 'tls.key', 'ca.crt'].includes(name));
  return withoutAnnotations({ ...rest, ...(isFields(data) && { data: Object.fromEntries(kept) }) });
}

/** Who applies a policy or namespace may have written all of it into an annotation once more: one alone is kept. */
function withoutAnnotations(object: Fields): Fields {
  if (!isFields(object.metadata)) return object;
  const { annotations, ...metadata } = object.metadata;
  const reason = isFields(annotations) ? annotations[breakGlass] : undefined;
  return {
    ...object,
    metadata: { ...metadata, ...(reason !== undefined && { annotations: { [breakGlass]: reason } }) },
  };
}
