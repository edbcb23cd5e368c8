import test from 'ava';
import { keys, type Mode } from '../../../sidecar/config/keys.ts';
import { kinds } from '../../../sidecar/config/kinds.ts';
import { goDuration } from '../../../sidecar/go-duration.ts';
import type { TomlValue } from '../../../sidecar/toml/value.ts';

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Of each kind what it takes, with what is meant, and what it refuses. */
const cases: Record<keyof typeof kinds, [taken: [TomlValue, TomlValue][], refused: TomlValue[]]> = {
  string: [
    [
      ['', ''],
      ['é😀', 'é😀'],
    ],
    [1n, true, 'a\nb', '\u0000', '\ud800', ['a']],
  ],
  bool: [
    [
      [true, true],
      ['1', true],
      ['YES', true],
      ['no', false],
      ['False', false],
    ],
    ['', 'on', 1n, 0n],
  ],
  int: [
    [
      [least, least],
      [`${most}`, most],
      ['-5', -5n],
    ],
    ['', '+5', ' 5', '1e3', '0x1', 1.0, most + 1n, `${least - 1n}`],
  ],
  count: [
    [
      ['0', 0n],
      [most, most],
    ],
    ['-1', -1n, ''],
  ],
  workers: [[['-1', -1n]], ['-2']],
  int32: [[['-2147483648', -2147483648n]], ['2147483648']],
  uint32: [[['4294967295', 4294967295n]], ['4294967296', '-1']],
  uint16: [[['65535', 65535n]], ['65536', '-1']],
  float: [
    [
      ['0.5', 0.5],
      [1n, 1],
      [2.5, 2.5],
      ['1e-3', 0.001],
    ],
    ['', 'x', Number.NaN, Number.POSITIVE_INFINITY, '1,5'],
  ],
  ratio: [
    [
      ['0', 0],
      ['1', 1],
    ],
    ['-0.1', '1.1'],
  ],
  duration: [
    [
      ['-1h', '-1h'],
      ['1h0m0.5s', '1h0m0.5s'],
      ['0', '0'],
    ],
    ['', '5', '5 s', '1d', 5n],
  ],
  span: [[['0s', '0s']], ['-1ns']],
  numeral: [
    [
      ['7', '7'],
      [7n, '7'],
    ],
    ['', '-1', '7s', 1.5],
  ],
  list: [
    [
      ['', []],
      ['a , b', ['a', 'b']],
      [['x'], ['x']],
    ],
    ['a,,b', [1n], 1n],
  ],
  joined: [
    [
      ['', ''],
      ['a, b', 'a,b'],
      [['a', 'b'], 'a,b'],
    ],
    ['a,'],
  ],
  labels: [
    [
      [[], []],
      [[['a', 'b']], [['a', 'b']]],
    ],
    ['', [1n], ['a']],
  ],
  pruning: [[['custom', 'custom']], ['', 'Custom']],
  format: [[['json', 'json']], ['', 'xml']],
  mode: [[['archive', 'archive']], ['', 'light']],
  cometMode: [[['seed', 'seed']], ['archive']],
  writeMode: [
    [
      ['', ''],
      ['cosmos_only', 'cosmos_only'],
      ['memiavl_only', 'memiavl_only'],
    ],
    ['evm_only'],
  ],
  readMode: [[['evm_first', 'evm_first']], ['dual_write']],
};

for (const [name, [taken, refused]] of Object.entries(cases)) {
  test(`kind ${name}`, t => {
    const { read } = kinds[name as keyof typeof kinds];
    t.deepEqual(
      taken.map(([value]) => read(value)),
      taken.map(([, meant]) => meant),
    );
    for (const value of refused) t.is(read(value), undefined, String(value));
  });
}

test('durations are those of Go', t => {
  const second = 1e9;
  const all = {
    '1.5s': 1.5 * second,
    '1h2m3s': 3723 * second,
    '.5m': 30 * second,
    '1us': 1e3,
    '1µs': 1e3,
    '-2ms': -2e6,
    '+0': 0,
  };
  for (const [text, nanoseconds] of Object.entries(all)) t.is(goDuration(text), nanoseconds, text);
  for (const text of ['', 's', '1', '1s ', '1.s.', '--1s', '1S', '2562048h', '.s'])
    t.is(goDuration(text), undefined, text);
});

test("every standard is of its key's kind, and every name stands for one key a file", t => {
  for (const { path, kind, standard } of keys) {
    for (const mode of ['validator', 'full', 'seed', 'archive'] satisfies Mode[]) {
      const value = standard(mode);
      if (value !== undefined) t.deepEqual(kind.read(value), value, path.join('.'));
    }
  }
  const names = keys.flatMap(({ file, name }) => (name ? [`${file} ${name}`] : []));
  t.is(new Set(names).size, names.length);
});

test('the tables lose no standard: only these keys have none', t => {
  const bare = keys.filter(({ standard }) => standard('full') === undefined).map(({ name }) => name);
  t.deepEqual(bare, [
    'chain.moniker',
    'consensus.unsafe_bypass_commit_timeout_override',
    'chain.index_events',
    'evm.max_concurrent_simulation_calls',
    'evm.worker_pool_size',
  ]);
});
