/** What one pass over a JSON value finds; offsets count in the text. */
export type JSONIndex = {
  /** Just behind the value. */
  readonly end: number;
  /** Keys written, repeated ones included. */
  readonly keys: number;
  readonly depth: number;
  /** Where each element of the top-level list `items` begins. */
  readonly items: readonly number[];
};

/**
 * Walks the JSON value that begins at `start` without decoding it. Only brackets, strings and keys are looked at:
 * JSON.parse judges the rest.
 */
export function indexJSON(text: string, start: number): JSONIndex {
  const items: number[] = [];
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  let inItems = false;
  let lastKey = '';
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 32) continue;
    if (code === 34) {
      const end = stringEnd(text, at);
      if (isKey(text, end)) {
        keys += 1;
        if (depth === 1) lastKey = text.slice(at + 1, end - 1);
      }
      at = end - 1;
    } else if (code === 123 || code === 91) {
      if (depth === 1) inItems = code === 91 && lastKey === 'items';
      else if (depth === 2 && inItems) items.push(at);
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) {
      depth -= 1;
      if (depth === 0) return { end: at + 1, keys, depth: deepest, items };
    }
  }
  return { end: text.length, keys, depth: deepest, items };
}

/** The number of keys in a decoded value. Its depth must have been checked. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children: unknown[] = Object.values(value);
  return children.reduce<number>(
    (sum, child) => sum + countKeys(child),
    Array.isArray(value) ? 0 : children.length,
  );
}

function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 32) at += 1;
  return text.charCodeAt(at) === 58;
}
