import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The shells that have a script. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/**
 * A file of `shell/`. The scripts only ask `kubectl-seinode __complete` and show its answer; nothing of it is evaluated.
 *
 * @throws where it cannot be read; in the executable, the files are inside.
 */
export function readScript(file: `completion.${Shell}` | 'kubectl_complete-seinode'): string {
  return readFileSync(join(import.meta.dirname, 'shell', file), 'utf8');
}
