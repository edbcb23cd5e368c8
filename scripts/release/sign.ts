import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { isSignedAsItIs } from './signature.ts';
import type { Platform } from './targets.ts';
import { toolNamed } from './tools.ts';

/**
 * Takes away what Node's publisher signed, which what was put in has broken. macOS gets an ad-hoc signature, without which
 * an ARM Mac starts nothing; it says that nobody signed.
 */
export function signAnew(executable: string, { os }: Platform): void {
  if (os === 'windows') writeFileSync(executable, unsigned(readFileSync(executable)));
  if (os !== 'darwin') return;
  execFileSync(toolNamed('quill'), ['sign', '--ad-hoc', executable], { stdio: 'pipe' });
  if (!isSignedAsItIs(readFileSync(executable))) throw new Error(`${executable}: the signature is not of it`);
}

/** PE: the fifth of the directories is where a signature is. */
function unsigned(bytes: Buffer): Buffer {
  const directories = bytes.readUInt32LE(0x3c) + 24 + 112;
  return bytes.fill(0, directories + 4 * 8, directories + 5 * 8);
}
