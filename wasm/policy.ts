import { readFileSync } from 'node:fs';

/** The compiled rules, policy.wasm beside this file; an executable carries them inside (scripts/build.ts). */
export function readPolicy(): Uint8Array {
  return readFileSync(new URL('policy.wasm', import.meta.url));
}
