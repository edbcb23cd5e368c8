/** Freezes a JSON value with all that is in it. @returns the same value. */
export function freezeDeep<T>(value: T): T {
  const waiting: unknown[] = [value];
  // A stack of our own: what a server sends may be nested deeper than the program's.
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) if (inner !== undefined) waiting.push(inner);
  }
  return value;
}
