import { numberFault, type ScalarSchema, stringFault } from './scalar.ts';
import { fieldPath, shown } from './text.ts';

/** What is wrong with a field, and what would be right. */
export type FieldFault = { readonly field: string; readonly message: string };

/** The part of a structural schema (apiextensions/v1 JSONSchemaProps) that the SeiNode schema uses. */
export type Schema = ScalarSchema & {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
};

/** An object as decoded from JSON or YAML, before anything is known of it. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks `value` as the API server checks a custom resource against its structural schema: a null field counts as
 * absent, integers may be written `5.0`, unknown fields are no fault.
 */
export function structuralFaults(value: unknown, schema: Schema, field: string): FieldFault[] {
  const wrong = typeFault(value, schema);
  if (wrong !== undefined) return [{ field, message: `${wrong}, not ${shown(value)}` }];
  if (typeof value === 'string') return faultOf(field, stringFault(value, schema));
  if (typeof value === 'number') return faultOf(field, numberFault(value, schema));
  if (Array.isArray(value)) return listFaults(value, schema, field);
  return isFields(value) ? objectFaults(value, schema, field) : [];
}

/** Whether a value is an object of fields: neither a list nor null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a field is written with a value; null counts as absent, as the API server drops it. */
export function has(fields: Fields, key: string): boolean {
  return Object.hasOwn(fields, key) && fields[key] !== null && fields[key] !== undefined;
}

function faultOf(field: string, message: string | undefined): FieldFault[] {
  return message === undefined ? [] : [{ field, message }];
}

function typeFault(value: unknown, schema: Schema): string | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || Number.isInteger(value)
      ? undefined
      : 'must be an integer or a string';
  }
  if (schema.type === 'string') return typeof value === 'string' ? undefined : 'must be a string (quote it)';
  if (schema.type === 'integer') return Number.isInteger(value) ? undefined : 'must be an integer';
  if (schema.type === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (schema.type === 'array') return Array.isArray(value) ? undefined : 'must be a list';
  return schema.type !== 'object' || isFields(value) ? undefined : 'must be an object';
}

function listFaults(value: readonly unknown[], schema: Schema, field: string): FieldFault[] {
  if (value.length < (schema.minItems ?? 0)) return [{ field, message: 'must have at least one item' }];
  if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) {
    return [{ field, message: `must have at most ${schema.maxItems} items, not ${value.length}` }];
  }
  const faults = value.flatMap((item, index) =>
    structuralFaults(item, schema.items ?? {}, fieldPath(field, index)),
  );
  return faults.length > 0 ? faults : repeatedKeys(value, schema['x-kubernetes-list-map-keys'], field);
}

function repeatedKeys(
  list: readonly unknown[],
  keys: readonly string[] | undefined,
  field: string,
): FieldFault[] {
  if (keys === undefined) return [];
  const seen = list.map(item => JSON.stringify(keys.map(key => (item as Fields)[key])));
  const before = new Set<string>();
  const index = seen.findIndex(key => before.size === before.add(key).size);
  return index < 0
    ? []
    : [{ field: fieldPath(field, index), message: `repeats ${keys.join(', ')} of an item above` }];
}

function objectFaults(value: Fields, schema: Schema, field: string): FieldFault[] {
  const missing = (schema.required ?? []).filter(name => !has(value, name));
  const keys = Object.keys(value);
  // Never push(...faults): a stack holds some hundred thousand of them and no more.
  return [
    ...missing.map(name => ({ field: fieldPath(field, name), message: 'is required and missing' })),
    ...(keys.length < (schema.minProperties ?? 0)
      ? [{ field, message: 'must have at least one entry' }]
      : []),
    ...keys.flatMap(key => {
      const child = childSchema(schema, key);
      const isGiven = child !== undefined && has(value, key);
      return isGiven ? structuralFaults(value[key], child, fieldPath(field, key)) : [];
    }),
  ];
}

/** The schema of a field, where the parent's schema knows one. */
export function childSchema(schema: Schema, key: string): Schema | undefined {
  const known = schema.properties;
  return known !== undefined && Object.hasOwn(known, key) ? known[key] : schema.additionalProperties;
}
