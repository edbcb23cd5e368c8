import type { TLSVerdict } from '../../core/policy.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import type { Cell } from './table.ts';

const styles: Record<TLSVerdict['status'], Style> = { True: 'green', False: 'red', Unknown: 'yellow' };

/** The reason of a verdict in its colour; `-` where TLS is off. */
export function readyCell(terminal: Terminal, verdict: TLSVerdict | undefined): Cell {
  return verdict === undefined
    ? '-'
    : { text: verdict.reason, paint: text => paint(terminal, styles[verdict.status], text) };
}
