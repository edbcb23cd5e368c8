import stringWidth from 'string-width';
import { printableLine } from '../../core/printable.ts';

/** A cell: its text, and how to colour it once its width is known. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const gap = '   ';

/**
 * Columns as kubectl prints them: padded to the widest cell, three spaces apart, the last one not padded.
 *
 * @param rows every row as long as the first. @param widths at least so wide, in columns; grows with the rows, so that
 * rows which come later stand below the first ones.
 * @returns lines, each with its newline; empty for no rows.
 */
export function table(rows: readonly (readonly Cell[])[], widths: number[] = []): string {
  const texts = rows.map(row => row.map(cell => printableLine(typeof cell === 'string' ? cell : cell.text)));
  widen(widths, texts);
  return texts.map((row, index) => `${line(row, rows[index] ?? [], widths)}\n`).join('');
}

function widen(widths: number[], rows: readonly (readonly string[])[]): void {
  for (const row of rows) {
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(text));
    });
  }
}

function line(texts: readonly string[], cells: readonly Cell[], widths: readonly number[]): string {
  return texts
    .map((text, column) => {
      const last = column === texts.length - 1;
      const padding = last ? '' : ' '.repeat((widths[column] ?? 0) - stringWidth(text)) + gap;
      const cell = cells[column];
      return (typeof cell === 'object' ? cell.paint(text) : text) + padding;
    })
    .join('')
    .trimEnd();
}
