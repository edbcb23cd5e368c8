/** So deep no object of people's is nested; V8 takes some ten times as much. */
const deepest = 1_000;
/** V8's parser keeps texts up to this length once by itself. */
const keptOnce = 10;

/**
 * Gives a JSON value the parts of another wherever both say the same at the same place, so that these are there once: two
 * nodes' pods differ in little but names. A text is a part as well.
 *
 * @param value as it was just parsed, and nobody else's yet: it is changed. @param known what it may be like; it stays as it is.
 * @returns `known` where all of it is the same.
 */
export function shareWith<T>(value: T, known: unknown, depth = 0): T {
  if (!isComposed(value) || !isComposed(known) || depth > deepest) return value;
  if (Array.isArray(value) !== Array.isArray(known)) return value;
  const isSame = Array.isArray(value)
    ? shareItems(value, known as unknown as unknown[], depth + 1)
    : shareFields(value, known, depth + 1);
  return isSame ? (known as T) : value;
}

function shareItems(items: unknown[], known: readonly unknown[], depth: number): boolean {
  let same = 0;
  for (let at = 0; at < items.length && at < known.length; at += 1) {
    const other = known[at];
    if (items[at] !== other && shareWith(items[at], other, depth) !== other) continue;
    items[at] = other;
    same += 1;
  }
  return same === items.length && same === known.length;
}

function shareFields(fields: Composed, known: Composed, depth: number): boolean {
  let same = 0;
  let more = 0;
  for (const key in fields) {
    more += 1;
    // Every object answers to it.
    if (key === '__proto__') continue;
    const part = fields[key];
    const other = known[key];
    if (part !== other && (!isComposed(part) || shareWith(part, other, depth) !== other)) continue;
    same += 1;
    // Numbers and short texts need no place of their own, and to write takes longer than to read.
    if (isComposed(part) || (typeof part === 'string' && part.length > keptOnce)) fields[key] = other;
  }
  if (same < more) return false;
  for (const _ in known) more -= 1;
  return more === 0;
}

type Composed = Record<string, unknown>;

function isComposed(value: unknown): value is Composed {
  return typeof value === 'object' && value !== null;
}
