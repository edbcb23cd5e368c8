/** Deeper than any manifest, shallower than what recursion or Rego can walk. */
export const maxDepth = 500;

/** Whether a value nests deeper than {@link maxDepth}. */
export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0 && depth <= maxDepth; depth += 1) {
    level = level.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return level.length > 0;
}
