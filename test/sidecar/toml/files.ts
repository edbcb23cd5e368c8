import fc from 'fast-check';

/** A row of a file: how it looks before its value and behind, and the value as it is written. */
export type Row = {
  readonly before: string;
  readonly key: string;
  readonly value: string;
  readonly after: string;
};

/** Headers of tables as people write them, with the paths they mean. */
export const tablePaths: Readonly<Record<string, string[]>> = {
  '[p2p]': ['p2p'],
  '[ rpc ]': ['rpc'],
  '["tx-index"] # c': ['tx-index'],
  '[p2p.sub]': ['p2p', 'sub'],
  '  [mempool]': ['mempool'],
  '[z . y]': ['z', 'y'],
};

const keys: Readonly<Record<string, string[]>> = {
  laddr: ['laddr'],
  pex: ['pex'],
  zz: ['zz'],
  '"quoted key"': ['quoted key'],
  'a.b': ['a', 'b'],
  'a . c': ['a', 'c'],
  '"x.y"': ['x.y'],
};

/** Where the value of a row is. */
export function pathOf(table: readonly string[], row: Row): string[] {
  return [...table, ...keys[row.key]!];
}

const strings = ['""', '"a # b"', "'l'", '"""\nm # x\n"""', "'''\nq'''"];
const scalars = ['1', '-1', '9223372036854775807', '0x1F', '1_000', '1.0', '1e5', 'true', '1979-05-27'];
const lists = ['[]', '["a", "b",]', '[\n  "a", # c # d\n  "b"\n]', '[["a"],["c"]]', '{ x = 1, y.z = "z" }'];

const row: fc.Arbitrary<Row> = fc
  .record({
    indent: fc.constantFrom('', '', '  ', '\t'),
    key: fc.constantFrom(...Object.keys(keys)),
    equals: fc.constantFrom(' = ', '=', '\t=  '),
    value: fc.constantFrom(...strings, ...scalars, ...lists),
    after: fc.constantFrom('', '', ' ', '  # inline', '\t#'),
  })
  .map(({ indent, key, equals, value, after }) => ({ before: indent + key + equals, key, value, after }));

const filler = fc.constantFrom('', '# comment', '### Part ###', '  # pex = 1', '\t');
const rows = fc.uniqueArray(fc.oneof(row, filler), {
  maxLength: 7,
  selector: line => (typeof line === 'string' ? Symbol() : line.key),
});

/** Files with all that a configuration of seid has, and more. A few are no TOML, by tables that are there twice. */
export const arbitraryFile = fc.record({
  root: rows,
  tables: fc.uniqueArray(fc.tuple(fc.constantFrom(...Object.keys(tablePaths)), rows), {
    selector: ([header]) => header,
    maxLength: 4,
  }),
  lists: fc.constantFrom([], ['[[l]]', 'a = 1 # x', '[[l]]', 'a = 2']),
  eol: fc.constantFrom('\n', '\n', '\r\n'),
  end: fc.constantFrom('', '\n', '\n\n'),
  mark: fc.constantFrom('', '', '\ufeff'),
});

export type File = typeof arbitraryFile extends fc.Arbitrary<infer T> ? T : never;
