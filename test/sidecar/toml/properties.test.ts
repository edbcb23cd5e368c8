import test from 'ava';
import fc from 'fast-check';
import { entryAt, parseTOML } from '../../../sidecar/toml/document.ts';
import { type Setting, setValues } from '../../../sidecar/toml/edit.ts';
import { isSame, literal } from '../../../sidecar/toml/value.ts';
import { arbitraryFile, type File, pathOf, type Row, tablePaths } from './files.ts';

const value: fc.Arbitrary<Setting['value']> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.constantFrom('x', 'y z', 'q"')),
);

test('everything but what is set stays byte for byte', t => {
  let replaced = 0;
  const property = (file: File, values: Setting['value'][]) => {
    const before = textOf(file);
    if (!parseTOML(before).ok) return;
    const settings: Setting[] = [];
    const after = textOf(file, (table, row) => {
      const path = pathOf(table, row);
      const value = values[settings.length];
      // A table gives no room to a value, and a value that is there stays as it is written.
      const isKept = value === undefined || row.value.startsWith('{') || isSame(valueIn(before, path), value);
      if (isKept) return row.value;
      settings.push({ path, value });
      return literal(value);
    });
    replaced += settings.length;
    t.deepEqual(setValues(before, settings), { ok: true, value: after });
  };
  fc.assert(fc.property(arbitraryFile, fc.array(value, { maxLength: 8 }), property), { numRuns: 1000 });
  t.true(replaced > 1000, `${replaced}`);
});

test('what is added is there afterwards, in lines of its own, and all other lines are as they were', t => {
  const tables = [...Object.values(tablePaths), [], ['fresh'], ['fresh', 'deep']];
  const added = fc.record({
    path: fc
      .tuple(fc.constantFrom(...tables), fc.constantFrom('new-1', 'new-2', 'new-3'))
      .map(([table, key]) => [...table, key]),
    value,
  });
  const settings = fc.uniqueArray(added, { selector: ({ path }) => path.join(), maxLength: 8 });
  const property = (file: File, settings: Setting[]) => {
    const before = textOf(file);
    if (!parseTOML(before).ok) return;
    const result = setValues(before, settings);
    const text = result.ok ? result.value : result.error;
    for (const { path, value } of settings) t.true(isSame(valueIn(text, path), value), `${path}: ${text}`);
    t.is(withoutAdded(text, before), before.trimEnd());
    t.deepEqual(setValues(text, settings), { ok: true, value: text }, 'a second time changes nothing');
  };
  fc.assert(fc.property(arbitraryFile, settings, property), { numRuns: 1000 });
});

/** The text of a file; a row may be given another value than it has. */
function textOf(
  { root, tables, lists, eol, end, mark }: File,
  written = (_: string[], row: Row) => row.value,
): string {
  const texts = (path: string[], lines: File['root']) =>
    lines.map(line => (typeof line === 'string' ? line : line.before + written(path, line) + line.after));
  const all = tables.flatMap(([header, lines]) => [header, ...texts(tablePaths[header]!, lines)]);
  return mark + [...texts([], root), ...all, ...lists].join('\n').replaceAll('\n', eol) + end;
}

function valueIn(text: string, path: readonly string[]): Setting['value'] | undefined {
  const document = parseTOML(text);
  return document.ok ? entryAt(document.value, path)?.value : undefined;
}

/** Without the lines of new keys and of the headers that were not there before. */
function withoutAdded(text: string, before: string): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const known = new Set(before.slice(mark.length).split(/\r?\n/));
  const lines = text.slice(mark.length).split(/(?<=\n)/);
  const isAdded = (line: string) =>
    /^new-\d = /.test(line) || (/^\[[\w.-]+\]$/.test(line) && !known.has(line));
  return (mark + lines.filter(line => !isAdded(line.trimEnd())).join('')).trimEnd();
}
