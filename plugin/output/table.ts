import stringWidth from 'string-width';
import { printableLine } from '../../core/printable.ts';

/** A cell: its text, and how to colour it once its width is known. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

/** Spaces between columns: kubectl's three, two where a screen is narrow. */
const [gap, narrowGap] = [3, 2];
/** Before the columns that go below. */
const indent = 4;

/** Which columns stand in each line of a row, and the spaces between them. */
type Layout = { readonly gap: number; readonly lines: readonly (readonly number[])[] };

/**
 * Columns as kubectl prints them: padded to the widest cell, three spaces apart, the last one not padded.
 *
 * A screen would break a row that is too long for it in the midst of a cell. There the columns move closer, and where
 * that is not enough, those without room go below, indented. Nothing is cut: a name is there to be copied.
 *
 * @param rows every row as long as the first. @param foldAt the columns of the screen, where there is one.
 * @param widths at least so wide; grows with the rows, so that rows which come later stand below the first ones.
 * @returns lines, each with its newline; empty for no rows.
 */
export function table(
  rows: readonly (readonly Cell[])[],
  foldAt = Number.POSITIVE_INFINITY,
  widths: number[] = [],
): string {
  const texts = rows.map(row => row.map(cell => printableLine(typeof cell === 'string' ? cell : cell.text)));
  widen(widths, texts);
  const layout = layoutFor(widths, foldAt);
  return texts.map((row, index) => rowText(padded(row, rows[index] ?? [], widths), layout)).join('');
}

function widen(widths: number[], rows: readonly (readonly string[])[]): void {
  for (const row of rows) {
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(text));
    });
  }
}

function layoutFor(widths: readonly number[], foldAt: number): Layout {
  const length = widths.reduce((sum, width) => sum + width, 0);
  const fits = [gap, narrowGap].find(gap => length + gap * (widths.length - 1) <= foldAt);
  return fits === undefined
    ? { gap: narrowGap, lines: folded(widths, foldAt) }
    : { gap: fits, lines: [[...widths.keys()]] };
}

function folded(widths: readonly number[], foldAt: number): number[][] {
  const lines: number[][] = [];
  let room = 0;
  widths.forEach((width, column) => {
    const needed = width + narrowGap;
    if (column > 0 && needed <= room) {
      lines.at(-1)?.push(column);
      room -= needed;
    } else {
      room = foldAt - width - (column === 0 ? 0 : indent);
      lines.push([column]);
    }
  });
  return lines;
}

function padded(texts: readonly string[], cells: readonly Cell[], widths: readonly number[]): string[] {
  return texts.map((text, column) => {
    const cell = cells[column];
    const padding = ' '.repeat((widths[column] ?? 0) - stringWidth(text));
    return (typeof cell === 'object' ? cell.paint(text) : text) + padding;
  });
}

function rowText(cells: readonly string[], { gap, lines }: Layout): string {
  return lines
    .map((columns, line) => {
      const text = columns.map(column => cells[column]).join(' '.repeat(gap));
      return `${line === 0 ? '' : ' '.repeat(indent)}${text.trimEnd()}\n`;
    })
    .join('');
}
