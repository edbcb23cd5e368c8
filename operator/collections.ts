import type { Collection } from '../cluster/collection.ts';
import {
  configMaps,
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
import { type Fields, isFields } from '../core/schema/structural.ts';

const ofNodes = { labelSelector: 'sei.io/node' };

/**
 * What the operator follows of a cluster. Of Secrets only those that may be a node's certificate are read whole; of the
 * others it hears that they exist, so that one of the wrong type is told from one that is missing.
 */
export const collections: readonly Collection[] = [
  { resource: seiNodes },
  { resource: secrets, query: { fieldSelector: 'type=kubernetes.io/tls' } },
  { resource: secretMetadata, query: { fieldSelector: 'type!=kubernetes.io/tls' } },
  { resource: statefulSets },
  { resource: pods, query: ofNodes },
  { resource: persistentVolumeClaims },
  { resource: services, query: ofNodes },
  { resource: configMaps, query: ofNodes },
  { resource: networkPolicies },
].map(collection => ({ ...collection, keep: withoutManagers }));

/** What a collection is called in metrics and messages. */
export function nameOf({ kind, plural }: Resource): string {
  return kind === secretMetadata.kind ? `${plural} (metadata)` : plural;
}

/** Half of an object tells who wrote which of its fields: nobody here asks that. */
function withoutManagers(object: Fields): Fields {
  if (!isFields(object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
