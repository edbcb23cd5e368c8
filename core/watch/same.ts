/** So deep no object of people's is nested; V8 takes some ten times as much. */
const deepest = 1_000;

/**
 * Whether two values of JSON say the same, in whatever order their keys are. For what every event of a watch asks: an eighth
 * of the time of `isDeepStrictEqual`, for what is parsed has neither cycles nor getters.
 *
 * @returns false as well where they are nested deeper than 1,000 times, or have a key __proto__, which every object answers
 * to: who asks then takes them for news.
 */
export function isSameJSON(one: unknown, other: unknown, depth = 0): boolean {
  if (one === other) return true;
  if (depth > deepest) return false;
  if (Array.isArray(one) || Array.isArray(other)) return isSameArray(one, other, depth);
  if (!isComposed(one) || !isComposed(other)) return false;
  let more = 0;
  for (const key in one) {
    more += 1;
    if (key === '__proto__' || !isSameJSON(one[key], other[key], depth + 1)) return false;
  }
  for (const _ in other) more -= 1;
  return more === 0;
}

function isSameArray(one: unknown, other: unknown, depth: number): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((item, index) => isSameJSON(item, other[index], depth + 1));
}

function isComposed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
