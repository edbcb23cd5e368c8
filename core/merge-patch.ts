import { type Fields, isFields } from './schema/structural.ts';

/**
 * The JSON merge patch (RFC 7386) that makes `after` of `before`, or undefined where they say the same. Fields that are
 * undefined count as absent.
 */
export function mergePatch(before: Fields, after: Fields): Fields | undefined {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const patch = [...keys].flatMap(key => change(key, before[key], after[key]));
  return patch.length > 0 ? Object.fromEntries(patch) : undefined;
}

function change(key: string, before: unknown, after: unknown): [string, unknown][] {
  if (same(before, after)) return [];
  if (!isFields(after)) return [[key, after ?? null]];
  return [[key, isFields(before) ? mergePatch(before, after) : after]];
}

/** Whether two JSON values are equal, whatever the order of their keys. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (isFields(one) && isFields(other)) return mergePatch(one, other) === undefined;
  return one === other;
}
