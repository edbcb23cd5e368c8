import { qualifiedNameFault } from './names.ts';
import { type FieldFault, isFields } from './structural.ts';
import { fieldPath, shown } from './text.ts';

const longest = 63;
const shape = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** What the API server refuses in labels: keys that are no qualified names, values that are too long or misshapen. */
export function labelFaults(labels: unknown, field: string): FieldFault[] {
  if (!isFields(labels)) return [];
  return Object.entries(labels).flatMap(([key, value]) => {
    const message = labelKeyFault(key) ?? (typeof value === 'string' ? labelValueFault(value) : undefined);
    return message === undefined ? [] : [{ field: fieldPath(field, key), message }];
  });
}

/** Why a key is none that a label can have, as a clause; undefined where it is. */
export function labelKeyFault(key: string): string | undefined {
  const fault = qualifiedNameFault(key);
  return fault === undefined ? undefined : `${shown(key)} is no label key: ${fault}`;
}

/** The same for the value of a label. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > longest) return `has ${value.length} characters, a label value has at most ${longest}`;
  return shape.test(value)
    ? undefined
    : `${shown(value)} is no label value: letters, digits, "-", "_" and ".", the first and last a letter or digit`;
}
