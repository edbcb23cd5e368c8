import { TomlDocument } from '@decimalturn/toml-patch';
import { printableLine } from '../../core/printable.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { TomlValue } from './value.ts';

/** From one offset of the text to another. */
export type Span = { readonly start: number; readonly end: number };

/** `key = value`, wherever it stands. */
export type Entry = Span & {
  readonly path: readonly string[];
  /** Undefined for an inline table, whose entries follow. */
  readonly value: TomlValue | undefined;
  readonly valueSpan: Span;
  readonly line: number;
  readonly section: Section;
  /** Whether it stands inside an inline table. */
  readonly isInline: boolean;
};

/** What a header begins; the first has none and holds the keys of the root. */
export type Section = { readonly path: readonly string[]; readonly headerEnd: number };

/** A TOML text and where everything stands in it. */
export type Document = {
  readonly text: string;
  readonly sections: readonly Section[];
  readonly entries: readonly Entry[];
};

type Node = TomlDocument['cst'][number];
type KeyValue = Extract<Node, { key: { value: string[] } }>;
type Parsed = KeyValue['value'];

/** Reads a TOML text. @returns else the line at which it is none, and what is wrong there. */
export function parseTOML(text: string): Result<Document> {
  try {
    const parsed = new TomlDocument(text);
    // The tree is made of any text of the right shape; keys that are there twice show only as the object is made.
    void parsed.toJsObject;
    return success(documentOf(text, parsed.cst));
  } catch (error) {
    const { line, message } = error as Error & { line?: number };
    // Without the value: it may be the connection to a database, its quotes forgotten.
    const what = printableLine(message.split('\n').at(-1) ?? '').replace(/"[^"]{3}.*"|(?<=found ).*/, '…');
    return failure(line === undefined ? what : `line ${line}: ${what}`);
  }
}

/** What is at a path; undefined where nothing is. */
export function entryAt({ entries }: Document, path: readonly string[]): Entry | undefined {
  return entries.find(entry => isPath(entry.path, path));
}

/** Whether two paths are the same. */
export function isPath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, at) => key === other[at]);
}

function documentOf(text: string, nodes: readonly Node[]): Document {
  const offset = offsets(text);
  const sections: Section[] = [{ path: [], headerEnd: offset({ line: 1, column: 0 }) }];
  const entries: Entry[] = [];
  const add = (node: KeyValue, parent: readonly string[], isInline: boolean) => {
    const { key, value, loc } = node;
    const path = [...parent, ...key.value];
    const [start, end] = [offset(loc.start), offset(loc.end)];
    const valueSpan = { start: offset(value.loc.start), end: offset(value.loc.end) };
    const section = sections.at(-1)!;
    entries.push({
      path,
      value: plain(value),
      start,
      end,
      valueSpan,
      line: loc.start.line,
      section,
      isInline,
    });
    for (const item of itemsOf(value)) add(item, path, true);
  };
  for (const node of nodes) {
    if (node.type === 'KeyValue') add(node, [], false);
    if (node.type !== 'Table' && node.type !== 'TableArray') continue;
    const { item, loc } = node.key;
    // A table of an array is at a path of its own, so that none of its keys is taken for that of a table.
    const path = node.type === 'Table' ? item.value : [...item.value, `[${sections.length}]`];
    sections.push({ path, headerEnd: offset(loc.end) });
    for (const row of node.items) if (row.type === 'KeyValue') add(row, path, false);
  }
  return { text, sections, entries };
}

function itemsOf(value: Parsed): KeyValue[] {
  return value.type === 'InlineTable' ? value.items.map(({ item }) => item) : [];
}

function plain(value: Parsed): TomlValue | undefined {
  switch (value.type) {
    case 'Integer':
      return BigInt(value.raw.replaceAll('_', ''));
    case 'InlineArray':
      // A table inside an array counts as empty text: no key that we know is made so.
      return value.items.map(({ item }) => plain(item as Parsed) ?? '');
    case 'InlineTable':
      return undefined;
    default:
      return value.value;
  }
}

/** Lines are counted from 1, columns from 0 and without the mark of the byte order that may begin a text. */
function offsets(text: string): (position: { line: number; column: number }) => number {
  const lines = [text.startsWith('\ufeff') ? 1 : 0];
  for (const { index } of text.matchAll(/\n/g)) lines.push(index + 1);
  return ({ line, column }) => (lines[line - 1] ?? text.length) + column;
}
