import { printableLine } from '../../core/printable.ts';
import { paint, type Terminal } from '../terminal.ts';
import type { Cell } from './table.ts';
import { wrap } from './wrap.ts';

/** A titled list of names and values. */
export type Section = { readonly title: string; readonly rows: readonly (readonly [string, Cell])[] };

const indent = 2;

/** Sections for a person: the names in one column for all of them, the values wrapped beside it. */
export function sections(terminal: Terminal, list: readonly Section[]): string {
  const names = list.flatMap(({ rows }) => rows.map(([name]) => name.length));
  const column = Math.max(...names) + indent + 2;
  return list.map(section => sectionText(terminal, section, column)).join('\n');
}

function sectionText(terminal: Terminal, { title, rows }: Section, column: number): string {
  const lines = rows.map(([name, value]) => {
    const head = `${' '.repeat(indent)}${name}`.padEnd(column);
    return head + valueText(terminal, value, column);
  });
  return `${paint(terminal, 'bold', title)}\n${lines.join('')}`;
}

function valueText(terminal: Terminal, value: Cell, column: number): string {
  const text = printableLine(typeof value === 'string' ? value : value.text);
  const wrapped = wrap(text, terminal.width, ' '.repeat(column)).slice(column);
  return typeof value === 'string' ? wrapped : value.paint(wrapped.trimEnd()).concat('\n');
}
