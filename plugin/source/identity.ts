import type { KubernetesObject } from '../../core/kubernetes.ts';
import { labelFault, subdomainFault } from '../../core/schema/names.ts';
import { type FieldFault, type Fields, has, isFields } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';
import { itemType } from './items.ts';
import { isOfNetwork, kindFault } from './kinds.ts';

/** Who an object says it is; `namespace` is filled in. */
export type Identity = Pick<KubernetesObject, 'apiVersion' | 'kind'> & {
  readonly namespace: string;
  readonly name: string;
};

/** The identity of a decoded document, or what it lacks of one. */
export function identityOf(value: Fields): Identity | FieldFault {
  for (const field of ['apiVersion', 'kind'] as const) {
    const wrong = textFault(value[field], field);
    if (wrong !== undefined) return wrong;
  }
  const { apiVersion, kind } = value as { apiVersion: string; kind: string };
  // Lists were taken apart before; this one could not be.
  if (itemType(value) !== undefined) return { field: 'items', message: 'must be a list of objects' };
  const unknown = kindFault(apiVersion, kind);
  if (unknown !== undefined) return unknown;
  // Kustomize's own files lie beside manifests and name nothing.
  const metadata =
    value.metadata ??
    (apiVersion.startsWith('kustomize.config.k8s.io/') ? { name: 'kustomization' } : undefined);
  if (!isFields(metadata))
    return { field: 'metadata', message: 'is missing: an object with a name is needed' };
  return named(metadata, apiVersion, kind);
}

function named(metadata: Fields, apiVersion: string, kind: string): Identity | FieldFault {
  const judged = isNode(apiVersion, kind) || isSecret(apiVersion, kind) || isOfNetwork(apiVersion, kind);
  const generated = !judged && !has(metadata, 'name') && has(metadata, 'generateName');
  const wrong = generated ? undefined : textFault(metadata.name, 'metadata.name');
  if (wrong !== undefined) return wrong;
  const written = metadata.namespace ?? '';
  if (typeof written !== 'string')
    return { field: 'metadata.namespace', message: `must be a string (quote it), not ${shown(written)}` };
  const namespace = written === '' ? 'default' : written;
  const name = generated ? '' : (metadata.name as string);
  return nameFault(namespace, judged ? name : undefined) ?? { apiVersion, kind, namespace, name };
}

function nameFault(namespace: string, name: string | undefined): FieldFault | undefined {
  const label = labelFault(namespace);
  if (label !== undefined)
    return { field: 'metadata.namespace', message: `${shown(namespace)} is no namespace: ${label}` };
  const subdomain = name === undefined ? undefined : subdomainFault(name);
  return subdomain === undefined
    ? undefined
    : { field: 'metadata.name', message: `${shown(name)} is no name: ${subdomain}` };
}

function textFault(value: unknown, field: string): FieldFault | undefined {
  if (value === undefined || value === null || value === '')
    return { field, message: 'is required and missing' };
  return typeof value === 'string'
    ? undefined
    : { field, message: `must be a string (quote it), not ${shown(value)}` };
}

/** Whether this is the kind that the rules judge. */
export function isNode(apiVersion: string, kind: string): boolean {
  return apiVersion === 'sei.io/v1alpha1' && kind === 'SeiNode';
}

/** Whether this is a core/v1 Secret. */
export function isSecret(apiVersion: string, kind: string): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}
