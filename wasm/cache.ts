import { hash } from 'node:crypto';

/** SHA-256 over texts, each kept apart from the next: the key under which parsed material is remembered. */
export function digest(...texts: readonly string[]): string {
  return hash('sha256', texts.map(text => `${text.length}:${text}`).join(''), 'base64');
}

/**
 * A cache of at most `limit` values, the one asked for longest ago dropped first.
 *
 * @returns a function that gives the value under a key, made by `make` where it is not there yet.
 */
export function leastRecent<T>(limit: number): (key: string, make: () => T) => T {
  const values = new Map<string, T>();
  return (key, make) => {
    const value = values.has(key) ? (values.get(key) as T) : make();
    values.delete(key);
    values.set(key, value);
    if (values.size > limit) {
      values.delete(values.keys().next().value as string);
    }
    return value;
  };
}
