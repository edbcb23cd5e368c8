import fc from 'fast-check';

/** A value with up to three parts of it replaced by anything. */
export function damaged(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .array(fc.tuple(fc.nat(), fc.anything()), { minLength: 1, maxLength: 3 })
    .map(edits => edits.reduce((now, [at, put]) => replaced(now, { left: at % sizeOf(now) }, put), value));
}

function sizeOf(value: unknown): number {
  return 1 + childrenOf(value).reduce<number>((sum, child) => sum + sizeOf(child), 0);
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** Counts the parts in the order written, and puts another in the place of the one at which none is left. */
function replaced(value: unknown, count: { left: number }, put: unknown): unknown {
  if (count.left-- === 0) return put;
  if (Array.isArray(value)) return value.map(item => replaced(item, count, put));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replaced(child, count, put)]));
}
