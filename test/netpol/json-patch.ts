import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../../core/network/edit.ts';

/** Applies a JSON Patch as RFC 6902 says. @throws where a path is not there, or a test fails. */
export function patched<T>(document: T, operations: readonly Operation[]): T {
  const root = { '': structuredClone(document) as unknown };
  for (const operation of operations) apply(root, operation);
  return root[''] as T;
}

type Place = Record<string, unknown> | unknown[];

function apply(root: Place, operation: Operation): void {
  const path = operation.path.split('/').map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = path.at(-1) as string;
  const place = path.slice(0, -1).reduce((at, part) => at[part as never] as Place, root);
  if (operation.op !== 'add' && !(key in place)) throw new Error(`nothing is at ${operation.path}`);
  if (operation.op === 'test') {
    if (isDeepStrictEqual(place[key as never], operation.value)) return;
    throw new Error(`${operation.path} is not ${JSON.stringify(operation.value)}`);
  }
  if (!Array.isArray(place)) {
    if (operation.op === 'remove') delete place[key];
    else place[key] = operation.value;
    return;
  }
  const index = key === '-' ? place.length : Number(key);
  if (operation.op === 'remove') place.splice(index, 1);
  else place.splice(index, operation.op === 'add' ? 0 : 1, operation.value);
}
