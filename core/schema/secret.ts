import { decodeBase64 } from '../base64.ts';
import { metadataFaults, metadataSchema } from './metadata.ts';
import { dataKeyFault } from './names.ts';
import { type FieldFault, has, isFields, type Schema, structuralFaults } from './structural.ts';
import { fieldPath } from './text.ts';

const largestSecret = 1024 * 1024;
const schema: Schema = {
  type: 'object',
  properties: { metadata: metadataSchema, type: { type: 'string' }, immutable: { type: 'boolean' } },
};

/**
 * What the API server would refuse in a decoded Secret: wrong types, keys, values of `data` that Go's
 * base64.StdEncoding does not decode, more than 1 MiB. No message holds a value of `data` or `stringData`.
 */
export function secretFaults(value: unknown): FieldFault[] {
  if (!isFields(value)) return [{ field: '', message: 'must be an object' }];
  const faults = [
    ...structuralFaults(value, schema, ''),
    ...metadataFaults(value.metadata),
    ...entryFaults(value.data, 'data', valueFault),
    ...entryFaults(value.stringData, 'stringData', textFault),
  ];
  const size = sizeOf(value.data, 0.75) + sizeOf(value.stringData, 1);
  if (size > largestSecret)
    faults.push({ field: 'data', message: `must hold at most 1 MiB, not ${Math.round(size)} bytes` });
  return faults;
}

/** A value of `data` as Go reads it: line ends inside base64 do not count. */
export function canonicalBase64(value: string): string {
  return /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value;
}

function entryFaults(
  entries: unknown,
  field: string,
  faultOf: (value: unknown) => string | undefined,
): FieldFault[] {
  if (entries === undefined || entries === null) return [];
  if (!isFields(entries)) return [{ field, message: 'must be an object' }];
  return Object.keys(entries).flatMap(key => {
    const bad = dataKeyFault(key);
    if (bad !== undefined) return [{ field: fieldPath(field, namePart(key)), message: bad }];
    const message = has(entries, key) ? faultOf(entries[key]) : undefined;
    return message === undefined ? [] : [{ field: fieldPath(field, key), message }];
  });
}

/** Of a key that is none what may be its name: where a quote or a colon is lost, the rest of it is its value. */
function namePart(key: string): string {
  const [name = ''] = /^[-._a-zA-Z0-9]{0,16}/.exec(key) ?? [];
  return name === key ? key : `${name}…`;
}

function valueFault(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string of base64';
  return decodeBase64(value) === undefined
    ? 'is not base64 (standard alphabet, padded with "="); plain text belongs into stringData'
    : undefined;
}

function textFault(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'must be a string (quote it)';
}

function sizeOf(entries: unknown, bytesPerUnit: number): number {
  if (!isFields(entries)) return 0;
  return Object.values(entries).reduce<number>((sum, value) => {
    return sum + (typeof value === 'string' ? value.length * bytesPerUnit : 0);
  }, 0);
}
