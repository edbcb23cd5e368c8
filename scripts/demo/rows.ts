import { stripVTControlCharacters } from 'node:util';
import { run } from '../../plugin/cli.ts';
import type { Terminal } from '../../plugin/terminal.ts';

/** Our own `list -w` on the terminal. */
export type Rows = {
  /** Whether it has shown a node in a phase. */
  readonly has: (name: string, phase: string) => boolean;
  readonly ended: Promise<unknown>;
};

/** Starts it; it ends with the signal. */
export function showRows(kubeconfig: string, terminal: Terminal, signal: AbortSignal): Rows {
  let text = '';
  const out = (rows: string) => {
    text += stripVTControlCharacters(rows);
    return terminal.out(rows);
  };
  const closed = AbortSignal.any([terminal.closed, signal]);
  const ended = run(['list', '-w', '--kubeconfig', kubeconfig], { ...terminal, out, closed });
  return { has: (name, phase) => new RegExp(`^${name} +${phase} `, 'm').test(text), ended };
}
