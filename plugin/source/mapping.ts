import { defineMappingTag, type MappingTagDefinition } from 'js-yaml';

type Fields = Record<string, unknown>;

/** What the plain key `<<` stands for while a document is read. */
export const merge: unique symbol = Symbol('<<');

/** Keys that a merge brought into an object: what is written below may replace them. */
const merged = new WeakMap<Fields, Set<string>>();

/**
 * Objects as kubectl reads them. Keys become text; null and complex ones are refused, repeated ones too. Merges apply
 * where they stand, as in go-yaml v2: they replace what is above them, and what is below replaces theirs.
 */
export function objectTag(tagName: string, matchByTagPrefix = false): MappingTagDefinition<Fields> {
  return defineMappingTag<Fields>(tagName, {
    matchByTagPrefix,
    create: () => ({}),
    addPair,
    has: (fields, key) => {
      const name = keyText(key);
      return name !== undefined && Object.hasOwn(fields, name) && merged.get(fields)?.has(name) !== true;
    },
    keys: Object.keys,
    get: (fields, key) => fields[String(key)],
    identify: () => false,
  });
}

/** The text of a key as sigs.k8s.io/yaml writes it; undefined where it refuses the key. */
export function keyText(key: unknown): string | undefined {
  if (typeof key === 'string') return key;
  if (typeof key === 'boolean') return String(key);
  return typeof key === 'number' && Number.isFinite(key) ? String(key) : undefined;
}

/** Why a value has no place in JSON; '' where it has one. */
export function valueFault(value: unknown): string {
  return Number.isNaN(value) ? 'infinity and NaN have no place in JSON' : '';
}

/** A value, `<<` turned back into text: it means something as a key only. */
export function asValue(value: unknown): unknown {
  return value === merge ? '<<' : value;
}

function addPair(fields: Fields, key: unknown, value: unknown): string {
  if (key === merge) return mergeInto(fields, value);
  const name = keyText(key);
  if (name === undefined) return 'a key is null or not a single value: kubectl refuses it';
  put(fields, name, asValue(value));
  merged.get(fields)?.delete(name);
  return valueFault(value);
}

function put(fields: Fields, name: string, value: unknown): void {
  if (name !== '__proto__') fields[name] = value;
  else Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}

function mergeInto(fields: Fields, value: unknown): string {
  // The first of several wins, so they are applied backwards.
  const sources: unknown[] = Array.isArray(value) ? value.toReversed() : [value];
  const brought = merged.get(fields) ?? new Set();
  merged.set(fields, brought);
  for (const source of sources) {
    if (typeof source !== 'object' || source === null || Array.isArray(source))
      return 'a merge key needs an object, or a list of objects';
    for (const [name, child] of Object.entries(source)) {
      put(fields, name, child);
      brought.add(name);
    }
  }
  return '';
}
