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
  const measured = rows.map(row => row.map(measure));
  for (const row of measured) {
    for (const [column, { width }] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width);
  }
  const layout = layoutFor(widths, foldAt);
  return measured.map(row => rowText(padded(row, widths), layout)).join('');
}

/** A cell as it is printed, and how wide that is: asked once, for there may be a hundred thousand. */
type Measured = { readonly text: string; readonly width: number; readonly paint?: (text: string) => string };

function measure(cell: Cell): Measured {
  const text = printableLine(typeof cell === 'string' ? cell : cell.text);
  return { text, width: stringWidth(text), ...(typeof cell === 'object' && { paint: cell.paint }) };
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

function padded(cells: readonly Measured[], widths: readonly number[]): string[] {
  return cells.map(
    ({ text, width, paint }, column) =>
      (paint ? paint(text) : text) + ' '.repeat((widths[column] ?? 0) - width),
  );
}

function rowText(cells: readonly string[], { gap, lines }: Layout): string {
  return lines
    .map((columns, line) => {
      const text = columns.map(column => cells[column]).join(' '.repeat(gap));
      return `${line === 0 ? '' : ' '.repeat(indent)}${text.trimEnd()}\n`;
    })
    .join('');
}
