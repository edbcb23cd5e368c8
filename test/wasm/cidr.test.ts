import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { hostBuiltins } from '../../wasm/builtins.ts';
import { evaluate, testWithOPA } from '../policies/opa.ts';

const seed = Number(process.env.SEED ?? 20261121);
const numRuns = Number(process.env.RUNS ?? 4000);

/** Few networks, so that addresses lie inside. */
const octet = fc.oneof(fc.constantFrom(0, 1, 10, 127, 128, 192, 255), fc.nat(255));
const ipv4 = fc
  .tuple(fc.constantFrom(10, 192), fc.constantFrom(0, 168), octet, octet)
  .map(it => it.join('.'));
const group = fc.oneof(
  fc.constantFrom('0', 'ffff', 'FFFF', 'fd00', '0001', '2001', 'db8'),
  fc.nat(0xffff).map(it => it.toString(16)),
);
const groups = (minLength: number, maxLength: number) =>
  fc.array(group, { minLength, maxLength }).map(it => it.join(':'));
const ipv6 = fc.oneof(
  groups(8, 8),
  fc.tuple(groups(0, 4), groups(0, 4)).map(halves => halves.join('::')),
  fc
    .tuple(
      fc.constantFrom('::ffff:', '::FFFF:', '0:0:0:0:0:ffff:', '::', '64:ff9b::', '::ffff:0:', 'fd00::'),
      ipv4,
    )
    .map(it => it.join('')),
  fc.tuple(fc.constantFrom('::ffff:', '::'), groups(1, 3)).map(it => it.join('')),
);
const odd = fc.constantFrom(
  ...[
    '',
    ' ',
    '0',
    '10',
    '10.0',
    '10.0.0',
    '10.0.0.0.0',
    '10.0.0.256',
    '010.0.0.0',
    '10.00.0.0',
    '0x0a.0.0.0',
    '10.0.0.',
    '.10.0.0',
  ],
  ...[
    ':',
    '::',
    ':::',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '1::3:4:5:6:7:8',
    ':1:2:3:4:5:6:7:8',
  ],
  ...[
    'fe80::1%eth0',
    '::1%',
    '[::1]',
    '12345::',
    '::g',
    '::ffff:10.0.0',
    '::ffff:010.0.0.1',
    '::10.0.0.1:1',
    '10.0.0.1::',
    '1:2:3:4:5:6:7:10.0.0.1',
  ],
  ...[
    '1:2:3:4:5:6:10.0.0.1',
    '1:2:3:4:5::10.0.0.1',
    '1:2:3:4:5:6::10.0.0.1',
    '::ffff:10.0.0.1%1',
    '１０.0.0.1',
    '10.0.0.1\n',
    '+10.0.0.1',
    '10.0.0.-1',
  ],
);
const address = fc.oneof(
  { weight: 5, arbitrary: ipv4 },
  { weight: 5, arbitrary: ipv6 },
  { weight: 2, arbitrary: odd },
);
const spoilt = fc
  .tuple(address, fc.nat(), fc.constantFrom('0', '1', ':', '.', ' ', '%', 'f', '/', '-'))
  .map(
    ([text, at, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice(at % (text.length + 1)),
  );
const text = fc.oneof({ weight: 9, arbitrary: address }, { weight: 1, arbitrary: spoilt });
const length = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(0, 1, 7, 8, 16, 24, 30, 31, 32, 95, 96, 97, 104, 120, 127, 128).map(String),
  },
  { weight: 3, arbitrary: fc.nat(130).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '08',
      '+8',
      '-1',
      ' 8',
      '8 ',
      '8/8',
      '0x8',
      '1e1',
      '8.0',
      '９',
      '99999999999999999999',
      '00',
      '032',
    ),
  },
);
const cidr = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(text, length).map(it => it.join('/')) },
  { weight: 1, arbitrary: text },
);
// What may be either is another question: OPA also takes a network where an address is asked for, which nobody asks.
const pair = fc.tuple(
  cidr,
  text.filter(it => !it.includes('/')),
);

testWithOPA(`addresses and networks are read as OPA reads them, over ${numRuns} of seed ${seed}`, t => {
  const pairs = fc.sample(pair, { seed, numRuns });
  const ours = hostBuiltins() as Record<string, (...args: unknown[]) => unknown>;
  const seen = { valid: 0, inside: 0, outside: 0, refused: 0 };
  for (const [index, theirs] of askOPA(pairs).entries()) {
    const [network, one] = pairs[index]!;
    const about = JSON.stringify(pairs[index]);
    t.is(ours['net.cidr_is_valid']!(network), theirs.valid, about);
    const matches = ours['net.cidr_contains_matches']!([network], [one]);
    t.deepEqual(matches === undefined ? [] : [matches], theirs.matches, about);
    seen.valid += Number(theirs.valid);
    seen[theirs.matches[0] === undefined ? 'refused' : theirs.matches[0].length > 0 ? 'inside' : 'outside'] +=
      1;
  }
  t.log(seen);
  t.true(Math.min(...Object.values(seen)) > numRuns / 50);
});

testWithOPA('a whole table of networks and addresses is answered as OPA answers it', t => {
  const cidrs = fc.sample(cidr, { seed, numRuns: 600 });
  const valid = cidrs.filter(it => hostBuiltins()['net.cidr_is_valid']!(it as never));
  const addresses = [
    '10.0.0.1',
    '::ffff:10.0.0.1',
    '192.168.0.1',
    'fd00::1',
    '::1',
    '::10.0.0.1',
    '255.255.255.255',
    '0.0.0.0',
    '::',
  ];
  const theirs = evaluateWith<[number, number][]>(
    { valid, addresses },
    'net.cidr_contains_matches(data.given.valid, data.given.addresses)',
  );
  const ours = hostBuiltins()['net.cidr_contains_matches']!(valid as never, addresses as never) as [
    number,
    number,
  ][];
  const sorted = (pairs: [number, number][]) => pairs.map(it => it.join()).toSorted();
  t.deepEqual(sorted(ours), sorted(theirs));
  t.true(ours.length > 100, `${ours.length}`);
});

type Answer = { readonly valid: boolean; readonly matches: [number, number][][] };

/** `matches` holds the answer, or nothing for a builtin error. */
function askOPA(pairs: readonly (readonly [string, string])[]): Answer[] {
  return evaluateWith(
    { pairs },
    `[{"valid": net.cidr_is_valid(pair[0]), "matches": [it | it := net.cidr_contains_matches([pair[0]], [pair[1]])]} |
      some pair in data.given.pairs]`,
  );
}

function evaluateWith<T>(given: object, query: string): T {
  const directory = mkdtempSync(join(tmpdir(), 'cidr-'));
  try {
    const file = join(directory, 'data.json');
    writeFileSync(file, JSON.stringify({ given }));
    return evaluate<T>(query, '-d', file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
