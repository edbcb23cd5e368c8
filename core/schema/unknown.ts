import { childSchema, type FieldFault, isFields, type Schema } from './structural.ts';
import { fieldPath } from './text.ts';

/**
 * Paths of the fields that `schema` does not have, which the API server drops. The top-most unknown field stands for
 * what is below it, except that every leaf named like a promise to retain something is named in full: a person may
 * believe that the volume stays.
 */
export function unknownFieldsOf(value: unknown, schema: Schema, field = ''): string[] {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return [];
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? []
      : value.flatMap((item, at) => unknownFieldsOf(item, items, fieldPath(field, at)));
  }
  if (!isFields(value) || schema.type !== 'object') return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const known = childSchema(schema, key);
    const path = fieldPath(field, key);
    return known === undefined ? unknownPaths(child, key, path) : unknownFieldsOf(child, known, path);
  });
}

/** These fields as faults of a document in which nothing may be dropped in silence. @param document `PolicyParameters`. */
export function unknownFaults(value: unknown, schema: Schema, document: string): FieldFault[] {
  const message = `is no field of ${document}: correct its name or remove it`;
  return unknownFieldsOf(value, schema).map(field => ({ field, message }));
}

function unknownPaths(value: unknown, key: string, path: string): string[] {
  const leaves = leavesOf(value, key, path);
  const retained = leaves.filter(leaf => /retain/i.test(leaf.key)).map(leaf => leaf.path);
  return retained.length < leaves.length ? [path, ...retained] : retained;
}

type Leaf = { readonly key: string; readonly path: string };

function leavesOf(value: unknown, key: string, path: string): Leaf[] {
  const entries = Array.isArray(value) ? [...value.entries()] : isFields(value) ? Object.entries(value) : [];
  if (entries.length === 0) return [{ key, path }];
  return entries.flatMap(([name, child]) => {
    return leavesOf(child, typeof name === 'number' ? key : name, fieldPath(path, name));
  });
}
