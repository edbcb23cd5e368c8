import test from 'ava';
import fc from 'fast-check';
import { parseCertificate } from '../../../core/x509/certificate.ts';
import { MAX_CERTIFICATE_OCTETS, readAllParts } from '../../../core/x509/certificateparts.ts';
import { loadKeyPair } from '../../../core/x509/keypair.ts';
import { decodePEM, MAX_PEM_OCTETS } from '../../../core/x509/pem.ts';
import { fixtures, octets } from './fixtures.ts';
import { withExtension, withField } from './grammar.ts';
import { mutateDER } from './mutate.ts';
import { pem } from './pemtext.ts';
import { seeded } from './random.ts';
import { composed, primitive, write } from './tlv.ts';

const seed = 20_260_101;
const leaf = octets(fixtures.rsa.certificate);

test('any bytes give a value, and the same one twice', t => {
  const property = fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
    for (const read of [parseCertificate, readAllParts, decodePEM]) t.deepEqual(read(bytes), read(bytes));
    t.false(loadKeyPair(bytes, bytes).ok);
  });
  t.notThrows(() => fc.assert(property, { seed, numRuns: 500 }));
});

test('any bytes in PEM give a value', t => {
  const property = fc.property(
    fc.uint8Array({ maxLength: 400 }),
    fc.constantFrom('PRIVATE KEY', 'CERTIFICATE'),
    (bytes, label) => {
      t.false(loadKeyPair(Buffer.from(pem('CERTIFICATE', leaf)), Buffer.from(pem(label, bytes))).ok);
    },
  );
  t.notThrows(() => fc.assert(property, { seed, numRuns: 500 }));
});

test('every fact of any certificate that passes can be read', t => {
  const property = fc.property(fc.integer(), number => {
    const random = seeded(number);
    const result = parseCertificate(
      mutateDER(random, random.pick(Object.values(fixtures).map(each => octets(each.certificate))), [leaf]),
    );
    if (result.ok) t.notThrows(() => JSON.stringify(result.value));
  });
  t.notThrows(() => fc.assert(property, { seed, numRuns: 3000 }));
});

test('an element nested a hundred thousand deep is read past', t => {
  let nested = Buffer.of(5, 0);
  const shells: Buffer[] = [];
  for (let i = 0, size = 2; i < 100_000; i++) {
    const shell = write({ ...primitive(0x30, []), length: size });
    shells.unshift(shell);
    size += shell.length;
  }
  nested = Buffer.concat([...shells, nested]);
  t.false(parseCertificate(nested).ok);
  t.true(parseCertificate(withExtension(leaf, '2a0304', true, { ...primitive(0x04, nested) })).ok);
});

test('a chain of two thousand certificates keeps its order', t => {
  const chain = [fixtures.rsa, ...Array.from({ length: 1999 }, () => fixtures.ecSEC1)].map(each =>
    pem('CERTIFICATE', octets(each.certificate)),
  );
  const result = loadKeyPair(
    Buffer.from(chain.join('')),
    Buffer.from(pem('RSA PRIVATE KEY', octets(fixtures.rsa.key))),
  );
  t.is(result.ok ? result.value.chain.length : 0, 2000);
});

const MEGABYTES = 4 << 20;
const big = (text: string): Buffer => Buffer.alloc(MEGABYTES, text);
const hostile: readonly (readonly [string, Uint8Array])[] = [
  ['zeros', Buffer.alloc(MEGABYTES)],
  ['BEGIN lines', big('-----BEGIN A-----\n')],
  ['END lines', big('\n-----END A-----')],
  ['empty blocks', big('-----BEGIN A-----\n-----END A-----\n')],
  [
    'headers',
    Buffer.concat([Buffer.from('-----BEGIN A-----\n'), big('a:b\n'), Buffer.from('-----END A-----\n')]),
  ],
  [
    'one header of blanks',
    Buffer.from(`-----BEGIN A-----\na:${' '.repeat(MEGABYTES)}b\n\n-----END A-----\n`),
  ],
  ['padding', Buffer.from(`-----BEGIN A-----\n${'='.repeat(MEGABYTES)}\n-----END A-----\n`)],
  ['a URI of colons', withNames(0x86, `a://${':'.repeat(MEGABYTES)}`)],
  ['a URI of escapes', withNames(0x86, `a://${'%25'.repeat(MEGABYTES / 3)}`)],
  ['a URI of brackets', withNames(0x86, `a://${'[]'.repeat(MEGABYTES / 2)}`)],
  ['a URI of letters', withNames(0x86, 'a'.repeat(MEGABYTES))],
  ['a name of dots', withNames(0x82, '.'.repeat(MEGABYTES))],
  ['a subject of commas', withSubject(','.repeat(MEGABYTES))],
  ['a subject of line ends', withSubject('\n'.repeat(MEGABYTES))],
  ['a registeredID of arcs', withNames(0x88, '\x01'.repeat(MEGABYTES))],
  ['a mailbox of letters', withConstraint(`${'a'.repeat(MEGABYTES)}@b`)],
  ['a mailbox of backslashes', withConstraint(`"${'\\"'.repeat(MEGABYTES / 2)}"@b`)],
  [
    'policies',
    withExtension(leaf, '551d20', false, composed(0x30, [primitive(0x30, big('\x30\x03\x06\x01\x01'))])),
  ],
];

for (const [what, bytes] of hostile) {
  test(`four megabytes of ${what} are done with in ten seconds`, t => {
    // Of the processor: what others use of it meanwhile says nothing.
    const started = process.cpuUsage();
    const result = parseCertificate(bytes);
    if (result.ok) JSON.stringify(result.value).slice(0, 1);
    decodePEM(bytes);
    t.true(process.cpuUsage(started).user < 10_000_000);
  });
}

test('more certificate than TLS can send is refused, before it can be more than a string holds', t => {
  for (const tag of [0x02, 0x30]) {
    const result = parseCertificate(write(primitive(tag, Buffer.alloc(MAX_CERTIFICATE_OCTETS))));
    t.regex(result.ok ? 'ok' : result.error, /more than 16777215 octets/);
  }
});

test('a text too long for any chain holds no block', t => {
  const text = pem('CERTIFICATE', leaf);
  t.is(decodePEM(Buffer.from(text.padEnd(MAX_PEM_OCTETS))).length, 1);
  t.is(decodePEM(Buffer.from(text.padEnd(MAX_PEM_OCTETS + 1))).length, 0);
});

test('a hostile RSA key does not keep the process busy', t => {
  const number = (octetsOfIt: number): ReturnType<typeof primitive> =>
    primitive(0x02, Buffer.alloc(octetsOfIt, 0x55));
  const key = write(
    composed(0x30, [
      primitive(0x02, [0]),
      number(2047),
      primitive(0x02, [3]),
      number(2047),
      number(2046),
      number(2045),
    ]),
  );
  const started = process.cpuUsage();
  t.false(loadKeyPair(Buffer.from(pem('CERTIFICATE', leaf)), Buffer.from(pem('RSA PRIVATE KEY', key))).ok);
  t.true(process.cpuUsage(started).user < 10_000_000);
});

function withNames(tag: number, text: string): Uint8Array {
  return withExtension(leaf, '551d11', false, composed(0x30, [primitive(tag, text)]));
}

function withSubject(text: string): Uint8Array {
  const attribute = composed(0x30, [primitive(0x06, [0x55, 4, 3]), primitive(0x0c, text)]);
  return withField(leaf, 5, composed(0x30, [composed(0x31, [attribute])]));
}

function withConstraint(text: string): Uint8Array {
  return withExtension(
    leaf,
    '551d1e',
    false,
    composed(0x30, [composed(0xa0, [composed(0x30, [primitive(0x81, text)])])]),
  );
}
