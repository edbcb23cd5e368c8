/** Whether two values of JSON say the same, in whatever order their keys are. It makes no text of them, which would cost thrice as much. */
export function isSameJSON(one: unknown, other: unknown): boolean {
  // A stack of our own, as what a server sends may be nested deeper than the program's.
  const waiting: unknown[] = [one, other];
  while (waiting.length > 0) {
    const [a, b] = [waiting.pop(), waiting.pop()];
    if (a === b) continue;
    if (!isComposed(a) || !isComposed(b) || Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    for (const key of keys) {
      if (!Object.hasOwn(b, key)) return false;
      waiting.push(a[key], b[key]);
    }
  }
  return true;
}

function isComposed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
