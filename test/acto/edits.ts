import { isDeepStrictEqual } from 'node:util';
import crd from '../../core/schema/seinode.json' with { type: 'json' };
import type { Fields, Schema } from '../../core/schema/structural.ts';
import { isFields } from '../../core/schema/structural.ts';
import type { Row } from './rows.ts';

/** An edit of a spec, and what is to come of it. */
export type Edit = {
  readonly what: string;
  readonly spec: Fields;
  /** `refused` by the API server, stored as the `same`, made of as an `equal`, `told` in SpecServed, or `taken`. */
  readonly comes: 'refused' | 'same' | 'equal' | 'told' | 'taken';
};

/** The spec with a row's field of a value. */
export function specOf(path: string, { base }: Row, value: unknown): Fields {
  const common = { chainId: 'arctic-1', image: 'sei:v6.3.0', ...base };
  return withValue(common, path.replaceAll('[]', '.0').split('.'), value) as Fields;
}

/**
 * The edits of a row, one after the other, from its first value to its second: notations of the same, what is wrong and
 * back, away and back, there and back and there.
 */
export function editsOf(path: string, row: Row): Edit[] {
  const [first, second] = row.values;
  const edit = (what: string, value: unknown, comes: Edit['comes']): Edit => ({
    what: `${what} ${JSON.stringify(value) ?? '(absent)'}`,
    spec: specOf(path, row, value),
    comes,
  });
  const back = edit('back to', first, 'taken');
  const isRefused = row.takes === 'refused';
  const isChange = !isDeepStrictEqual(first, second);
  const isUnset = first !== undefined && (row.unset ?? (isRequired(path) ? 'refused' : 'taken'));
  const change = edit('change to', second, isRefused ? 'refused' : 'taken');
  return [
    { what: 'another order of keys', spec: reversed(back.spec), comes: 'same' },
    ...(row.same ?? []).map(value => edit('the same as', value, 'same')),
    ...(row.equal ?? []).flatMap(([one, other]) => [
      edit('to be written otherwise', one, 'taken'),
      edit('equivalent', other, 'equal'),
      back,
    ]),
    ...(row.refused ?? []).map(value => edit('wrong', value, 'refused')),
    { ...back, comes: 'same' },
    ...(row.told ?? []).flatMap(value => [edit('wrong', value, 'told'), back]),
    ...(isUnset ? [edit('delete', undefined, isUnset), ...(isUnset === 'taken' ? [back] : [])] : []),
    ...(isChange ? [change, ...(isRefused || row.isOneWay ? [] : [back, change])] : []),
  ];
}

/** The last spec of a row's edits. */
export function lastSpec(path: string, row: Row): Fields {
  return specOf(path, row, row.values[row.takes === 'refused' ? 0 : 1]);
}

/** Whether the schema requires a field of what it is in. */
function isRequired(path: string): boolean {
  const names = path.split('.');
  let schema = crd.properties.spec as Schema;
  for (const name of names.slice(0, -1)) {
    const child = schema.properties?.[name.replace('[]', '')] as Schema;
    schema = name.endsWith('[]') ? (child.items as Schema) : child;
  }
  return schema.required?.includes(names.at(-1)!) === true;
}

function withValue(into: unknown, [key, ...keys]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (key === '0') return [withValue(Array.isArray(into) ? into[0] : undefined, keys, value)];
  const fields = isFields(into) ? into : {};
  const child = withValue(fields[key], keys, value);
  const { [key]: _, ...others } = fields;
  return child === undefined ? others : { ...others, [key]: child };
}

function reversed(value: unknown): never {
  if (Array.isArray(value)) return value.map(reversed) as never;
  if (!isFields(value)) return value as never;
  const entries = Object.entries(value).map(([key, child]) => [key, reversed(child)] as const);
  return Object.fromEntries(entries.toReversed()) as never;
}
