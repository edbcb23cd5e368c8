import { failure, type Result, success } from '../../core/result.ts';
import { type Document, type Entry, entryAt, isPath, parseTOML, type Span } from './document.ts';
import { isSame, literal, type TomlValue } from './value.ts';

/** A key that is to have a value; its last part and its table need no quotes in TOML. */
export type Setting = { readonly path: readonly string[]; readonly value: TomlValue };

type Edit = Span & { readonly text: string };

/**
 * Sets values in a TOML text; everything else stays byte for byte, and so does a value that is already there (ADR 20).
 * What is missing is added at the end of its table, a table that is missing at the end of the text.
 *
 * @returns else why it cannot be: the text is no TOML, or its form leaves no place for one of the keys.
 */
export function setValues(text: string, settings: readonly Setting[]): Result<string> {
  const parsed = parseTOML(text);
  if (!parsed.ok) return parsed;
  const present = settings.filter(({ path }) => entryAt(parsed.value, path));
  const missing = settings.filter(setting => !present.includes(setting));
  const tables = Object.values(Object.groupBy(missing, ({ path }) => JSON.stringify(path.slice(0, -1))));
  let document: Result<Document> = changed(parsed.value, present, replacements);
  for (const added of tables) {
    if (document.ok && added) document = changed(document.value, added, additions);
  }
  return document.ok ? success(document.value.text) : document;
}

/** The text is read again after each step: what was set must be there, and all else as it was. */
function changed(
  document: Document,
  settings: readonly Setting[],
  editsOf: (document: Document, settings: readonly Setting[]) => Edit[],
): Result<Document> {
  let { text } = document;
  for (const edit of editsOf(document, settings).toSorted((one, other) => other.start - one.start)) {
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  const read = parseTOML(text);
  if (read.ok && isDone(document, read.value, settings)) return read;
  const names = settings.map(({ path }) => path.join('.')).join(', ');
  return failure(`${names} cannot be set in the form that the file has; write it as [table] and key = value`);
}

function replacements(document: Document, settings: readonly Setting[]): Edit[] {
  return settings.flatMap(({ path, value }) => {
    const entry = entryAt(document, path);
    return entry && !isSame(entry.value, value) ? [{ ...entry.valueSpan, text: literal(value) }] : [];
  });
}

/** All are of one table. */
function additions(document: Document, settings: readonly Setting[]): Edit[] {
  const { sections, entries } = document;
  const table = settings[0]!.path.slice(0, -1);
  const rows = settings.map(({ path, value }) => `${path.at(-1)} = ${literal(value)}`);
  const section = sections.find(({ path }) => isPath(path, table));
  const last = entries.findLast(entry => entry.section === section && !entry.isInline);
  if (section) return [afterLine(document, last?.end ?? section.headerEnd, rows)];
  const whole = entryAt(document, table);
  if (whole) return [insideBraces(document, whole, rows)];
  const dotted = entries.findLast(({ path, isInline }) => !isInline && isPath(path.slice(0, -1), table));
  if (dotted === undefined) return [atEnd(document, [`[${table.join('.')}]`, ...rows])];
  const prefix = table.slice(dotted.section.path.length).join('.');
  return [
    afterLine(
      document,
      dotted.end,
      rows.map(row => `${prefix}.${row}`),
    ),
  ];
}

/** Behind the line that ends there; before everything where the root has no key yet. */
function afterLine({ text }: Document, end: number, rows: readonly string[]): Edit {
  const eol = endOfLine(text);
  const isFirst = end === Number(text.startsWith('\ufeff'));
  const newline = text.indexOf('\n', end);
  if (!isFirst && newline < 0) return { start: text.length, end: text.length, text: eol + rows.join(eol) };
  const start = isFirst ? end : newline + 1;
  return { start, end: start, text: rows.map(row => row + eol).join('') };
}

function insideBraces({ entries }: Document, { valueSpan }: Entry, rows: readonly string[]): Edit {
  const inside = entries.filter(({ start, end }) => start > valueSpan.start && end < valueSpan.end);
  if (inside.length === 0) return { ...valueSpan, text: `{ ${rows.join(', ')} }` };
  const end = Math.max(...inside.map(({ end }) => end));
  return { start: end, end, text: rows.map(row => `, ${row}`).join('') };
}

function atEnd({ text }: Document, lines: readonly string[]): Edit {
  const eol = endOfLine(text);
  const broken = /(^\ufeff?|\n)$/.test(text) ? '' : eol;
  const gap = /\S/.test(text) ? eol : '';
  return {
    start: text.length,
    end: text.length,
    text: broken + gap + lines.map(line => line + eol).join(''),
  };
}

function endOfLine(text: string): string {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
}

function isDone(before: Document, after: Document, settings: readonly Setting[]): boolean {
  const others = ({ entries }: Document) =>
    entries.filter(({ path }) => !settings.some(setting => isPath(setting.path, path)));
  const [old, now] = [others(before), others(after)];
  return (
    settings.every(({ path, value }) => isSame(entryAt(after, path)?.value, value)) &&
    old.length === now.length &&
    old.every((entry, at) => isPath(entry.path, now[at]!.path) && isSame(entry.value, now[at]!.value))
  );
}
