import { readScript, type Shell } from '../completion/scripts.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** `completion SHELL`: the script by which a shell completes `kubectl-seinode`. */
export function completion(shell: Shell): (_options: unknown, terminal: Terminal) => Promise<number> {
  return async (_options, terminal) => {
    terminal.out(readScript(`completion.${shell}`));
    return exitCodes.ok;
  };
}
