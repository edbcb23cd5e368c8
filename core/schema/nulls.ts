import { childSchema, type FieldFault, isFields, type Schema } from './structural.ts';
import { fieldPath } from './text.ts';

/**
 * What Go's JSON decoder makes of null, and so the API server of its own kinds: a field is left out, an item of a list is
 * the zero of its type.
 */
export function nullsAsZero(value: unknown, schema: Schema): unknown {
  if (value === null) return zeroOf(schema);
  if (Array.isArray(value)) return value.map(item => nullsAsZero(item, schema.items ?? {}));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, nullsAsZero(child, childSchema(schema, key) ?? {})]),
  );
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

function zeroOf({ type }: Schema): unknown {
  const zeros: Record<string, unknown> = { string: '', object: {}, array: [], integer: 0, boolean: false };
  return type === undefined ? null : zeros[type];
}
