import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { hostBuiltins } from '../../wasm/builtins.ts';
import { digest, leastRecent } from '../../wasm/cache.ts';
import { evaluate, testWithOPA } from '../policies/opa.ts';
import { block, fixture, privateKey } from './fixtures.ts';

const good = fixture('good');
const pem = block('CERTIFICATE', good);
const base64 = (text: string) => Buffer.from(text).toString('base64');

const moments = [
  ...[
    '2026-06-01T00:00:00Z',
    '2026-06-01T02:00:00+02:00',
    '2026-06-01T00:00:00.5Z',
    '2026-06-01T00:00:00,25Z',
  ],
  ...['2026-06-01T1:00:00Z', '2026-06-01T24:00:00Z', '2026-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ...[
    '2026-06-01T00:00:00.1234567899Z',
    '2026-06-01T00:00:00.Z',
    '2026-06-01t00:00:00z',
    '2026-06-01T00:00:60Z',
  ],
  ...['1677-09-21T00:12:43.145224192Z', '1677-09-21T00:12:43.145224191Z', '0000-01-01T00:00:00Z'],
  ...['2262-04-11T23:47:16.854775807Z', '2262-04-11T23:47:16.854775808Z', '9999-12-31T23:59:59Z'],
  ...[
    '2026-06-01T00:00:00+24:00',
    '2026-06-01T00:00:00+24:60',
    '2026-06-01T00:00:00+25:00',
    ' 2026-06-01T00:00:00Z',
  ],
  ...['2026-06-01T00:00:00-00:00', '2026-06-01T00:00:00', '2026-06-01', '', 5, null],
];
const certificates = [
  ...[
    good,
    pem,
    base64(pem),
    pem + pem,
    base64(`${pem}text`),
    ` ${pem}`,
    '',
    '-----BEGIN',
    'MAAA',
    'AAAA',
    `${good}\n`,
  ],
  ...[
    Buffer.concat([good, good].map(it => Buffer.from(it, 'base64'))).toString('base64'),
    pem + privateKey,
    1,
    [],
  ],
  ...['offset', 'offset_24h', 'cn_only', 'bad_ip', 'nul', 'rsa'].map(fixture),
];
const pairs = [
  ...[pem, base64(pem), good, ` ${pem}`, base64(` ${pem}`), '', 5].map(it => [it, privateKey]),
  ...[base64(privateKey), fixture('ec'), base64(`\n${privateKey}`), fixture('another_ec'), '', null].map(
    it => [pem, it],
  ),
  [block('CERTIFICATE', fixture('offset_24h')), privateKey],
  [block('CERTIFICATE', fixture('ed25519')), block('PRIVATE KEY', fixture('ed25519'))],
];

testWithOPA('the host builtins answer as OPA does', t => {
  const theirs = askOPA();
  const ours = hostBuiltins() as Record<string, (...args: unknown[]) => unknown>;
  for (const [index, moment] of moments.entries()) {
    const result = ours['time.parse_rfc3339_ns']!(moment) as ArrayBuffer | undefined;
    t.deepEqual(result && new TextDecoder().decode(result), theirs.moments[index]![0], `${moment}`);
  }
  for (const [index, text] of certificates.entries()) {
    const result = ours['crypto.x509.parse_certificates']!(text);
    t.deepEqual(result, theirs.certificates[index]![0], `${text}`);
  }
  for (const [index, pair] of pairs.entries()) {
    t.deepEqual(ours['crypto.x509.parse_keypair']!(...pair), theirs.pairs[index]![0], JSON.stringify(pair));
  }
});

type Answers = Record<'moments' | 'certificates' | 'pairs', unknown[][]>;

/** A list holds the answer, or nothing for a builtin error. Nanoseconds as text, since doubles would round them. */
function askOPA(): Answers {
  const directory = mkdtempSync(join(tmpdir(), 'builtins-'));
  try {
    const file = join(directory, 'data.json');
    writeFileSync(file, JSON.stringify({ given: { moments, certificates, pairs } }));
    const query = `{
      "moments": [[format_int(it, 10) | it := time.parse_rfc3339_ns(each)] | some each in data.given.moments],
      "certificates": [[[object.filter(c, ["DNSNames", "NotBefore", "NotAfter"]) | some c in it] |
        it := crypto.x509.parse_certificates(each)] | some each in data.given.certificates],
      "pairs": [[object.filter(it, ["Certificate"]) | it := crypto.x509.parse_keypair(each[0], each[1])] |
        some each in data.given.pairs],
    }`;
    return evaluate<Answers>(query, '-d', file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('a digest keeps texts apart', t => {
  const digests = [['a', 'b'], ['ab'], ['ab', ''], ['', 'ab'], ['1:a1:b'], ['a', '1:b']].map(it =>
    digest(...it),
  );
  t.is(new Set(digests).size, digests.length);
});

test('the cache makes a value once, keeps undefined too, and drops what was asked for longest ago', t => {
  const made: string[] = [];
  const cache = leastRecent<string | undefined>(2);
  const ask = (key: string) =>
    cache(key, () => {
      made.push(key);
      return key === 'none' ? undefined : key.toUpperCase();
    });
  t.deepEqual(['a', 'none', 'a', 'b', 'a', 'none'].map(ask), ['A', undefined, 'A', 'B', 'A', undefined]);
  t.deepEqual(made, ['a', 'none', 'b', 'none']);
});
