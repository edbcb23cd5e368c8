import type { TLSVerdict } from '../../core/policy.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import type { NodeView } from '../view.ts';
import type { Cell } from './table.ts';

const styles: Record<TLSVerdict['status'], Style> = { True: 'green', False: 'red', Unknown: 'yellow' };

/** The reason of a verdict in its colour; `-` where TLS is off. */
export function readyCell(terminal: Terminal, verdict: TLSVerdict | undefined): Cell {
  return verdict === undefined
    ? '-'
    : { text: verdict.reason, paint: text => paint(terminal, styles[verdict.status], text) };
}

/** The columns TLS, SECRET and READY/REASON. */
export function tlsCells({ node, verdict }: NodeView, terminal: Terminal): Cell[] {
  const secretName = tlsSecretName(node);
  return [secretName === undefined ? 'off' : 'on', secretName ?? '-', readyCell(terminal, verdict)];
}
