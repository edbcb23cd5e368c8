import stringWidth from 'string-width';
import { printableLine } from '../../core/printable.ts';

/** A cell: its text, and how to colour it once its width is known. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const gap = '   ';

/**
 * Columns as kubectl prints them: padded to the widest cell, three spaces apart, the last one not padded.
 *
 * @param rows every row as long as the first. @returns lines, each with its newline; empty for no rows.
 */
export function table(rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map(row => row.map(cell => printableLine(typeof cell === 'string' ? cell : cell.text)));
  const widths = columnWidths(texts);
  return texts.map((row, index) => `${line(row, rows[index] ?? [], widths)}\n`).join('');
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(text));
    });
  }
  return widths;
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
