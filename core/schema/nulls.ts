import { childSchema, isFields, type Schema } from './structural.ts';

/**
 * What Go's JSON decoder makes of null, and so the API server of its own kinds: a field is left out, an entry of a list
 * or of a map is the zero of its type. `a: null` among labels is the label with the value "".
 */
export function nullsAsZero(value: unknown, schema: Schema): unknown {
  if (value === null) return zeroOf(schema);
  if (Array.isArray(value)) return value.map(item => nullsAsZero(item, schema.items ?? {}));
  if (!isFields(value)) return value;
  const isMap = schema.additionalProperties !== undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => isMap || child !== null)
      .map(([key, child]) => [key, nullsAsZero(child, childSchema(schema, key) ?? {})]),
  );
}

function zeroOf({ type }: Schema): unknown {
  const zeros: Record<string, unknown> = { string: '', object: {}, array: [], integer: 0, boolean: false };
  return type === undefined ? null : zeros[type];
}
