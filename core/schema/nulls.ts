import { childSchema, type FieldFault, isFields, type Schema } from './structural.ts';
import { fieldPath } from './text.ts';

/**
 * What Go's JSON decoder makes of null, and so the API server of its own kinds: a field is left out, an item of a list is
 * the zero of its type.
 */
export function nullsAsZero(value: unknown, schema: Schema): unknown {
  // Hardly a manifest has any, and a copy of ten thousand pods is memory.
  return hasNull(value) ? replaced(value, schema) : value;
}

/** Entries of maps that are null, such as a label: `kubectl apply` drops them, `kubectl create` makes them "". */
export function nullFaults(value: unknown, schema: Schema, field: string): FieldFault[] {
  if (Array.isArray(value))
    return value.flatMap((item, at) => nullFaults(item, schema.items ?? {}, fieldPath(field, at)));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = fieldPath(field, key);
    return child === null && schema.additionalProperties !== undefined
      ? [{ field: path, message: 'has no value: write "" if that is meant, or remove it' }]
      : nullFaults(child, childSchema(schema, key) ?? {}, path);
  });
}

function hasNull(value: unknown): boolean {
  return typeof value === 'object' && (value === null || Object.values(value).some(hasNull));
}

function replaced(value: unknown, schema: Schema): unknown {
  if (value === null) return zeroOf(schema);
  if (Array.isArray(value)) return value.map(item => replaced(item, schema.items ?? {}));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, replaced(child, childSchema(schema, key) ?? {})]),
  );
}

function zeroOf({ type }: Schema): unknown {
  const zeros: Record<string, unknown> = { string: '', object: {}, array: [], integer: 0, boolean: false };
  return type === undefined ? null : zeros[type];
}
