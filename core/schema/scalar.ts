import { shown } from './text.ts';

/** The part of a structural schema that says which strings and numbers fit. */
export type ScalarSchema = {
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
};

/** Why a string does not fit its schema, as a clause; undefined where it does. */
export function stringFault(value: string, schema: ScalarSchema): string | undefined {
  // The API server counts code points; the count comes first, so that no pattern sees an endless string.
  const length = [...value].length;
  if (length < (schema.minLength ?? 0)) return 'must not be empty';
  if (length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) {
    return `must have at most ${schema.maxLength} characters, not ${length}`;
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `must be one of ${schema.enum.join(', ')}, not ${shown(value)}`;
  }
  if (schema.format === 'date-time' && !isDateTime(value))
    return `must be an RFC 3339 time, not ${shown(value)}`;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
    return `must match ${schema.pattern}, not ${shown(value)}`;
  }
  return undefined;
}

function isDateTime(value: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** The same for a number. */
export function numberFault(value: number, schema: ScalarSchema): string | undefined {
  if (value < (schema.minimum ?? Number.NEGATIVE_INFINITY))
    return `must be at least ${schema.minimum}, not ${value}`;
  const bits = schema.format === 'int32' ? 31 : 63;
  const fits = value >= -(2 ** bits) && value < 2 ** bits;
  return fits ? undefined : `must fit ${schema.format ?? 'int64'}, not ${value}`;
}
