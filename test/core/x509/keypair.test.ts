import test from 'ava';
import { loadKeyPair } from '../../../core/x509/keypair.ts';
import { decodePEM } from '../../../core/x509/pem.ts';
import { fixtures, octets } from './fixtures.ts';
import { pem } from './pemtext.ts';
import { type Numbers, rsaPrivateKey } from './rsanumbers.ts';
import { read, write } from './tlv.ts';

type Fixture = { readonly label: string; readonly certificate: string; readonly key: string };

const certificateOf = ({ certificate }: Fixture): string => pem('CERTIFICATE', octets(certificate));
const keyOf = ({ label, key }: Fixture): string => pem(label, octets(key));
const [certificate, key] = [certificateOf(fixtures.ecSEC1), keyOf(fixtures.ecSEC1)];

const loaded = test.macro({
  exec(t, certificates: string, keys: string, expected: RegExp | 'ok') {
    const result = loadKeyPair(Buffer.from(certificates), Buffer.from(keys));
    if (expected === 'ok') t.is(result.ok ? 'ok' : result.error, 'ok');
    else t.regex(result.ok ? 'ok' : result.error, expected);
  },
  title: title => title!,
});

for (const [kind, fixture] of Object.entries(fixtures)) {
  test(`the ${kind} pair loads`, loaded, certificateOf(fixture), keyOf(fixture), 'ok');
}
test(
  'the label of a key does not count',
  loaded,
  certificate,
  pem('RSA PRIVATE KEY', octets(fixtures.ecSEC1.key)),
  'ok',
);
test(
  'ENCRYPTED PRIVATE KEY is read like any other',
  loaded,
  certificate,
  pem('ENCRYPTED PRIVATE KEY', octets(fixtures.ecSEC1.key)),
  'ok',
);
test(
  'a label that only ends in the word does not do',
  loaded,
  certificate,
  pem('XPRIVATE KEY', octets(fixtures.ecSEC1.key)),
  /no PRIVATE KEY block .* only "XPRIVATE KEY"/,
);
test(
  'the first key decides',
  loaded,
  certificate,
  keyOf(fixtures.ed25519) + key,
  /private key is ed25519, the certificate's is ecdsa/,
);
test(
  'EC PARAMETERS before the key are passed over',
  loaded,
  certificate,
  pem('EC PARAMETERS', Buffer.of(6, 0)) + key,
  'ok',
);
test(
  'the key of another certificate does not fit',
  loaded,
  certificateOf(fixtures.rsa),
  keyOf(fixtures.threePrimes),
  /is not the certificate's/,
);
test('a key before the certificate is passed over', loaded, key + certificate, key, 'ok');
test('swapped files are no pair', loaded, key, certificate, /no CERTIFICATE block .* only "EC PRIVATE KEY"/);
test('empty files are no pair', loaded, '', '', /no CERTIFICATE block in the certificate file$/);
test('a byte order mark hides the first block', loaded, `\ufeff${certificate}`, key, /no CERTIFICATE block/);
test('indented text hides it', loaded, certificate.replace(/^/gm, ' '), key, /no CERTIFICATE block/);
test(
  'bad base64 hides it, and the next block is the leaf',
  loaded,
  certificate.replace('MII', 'M!I') + certificateOf(fixtures.rsa),
  keyOf(fixtures.rsa),
  'ok',
);
test(
  'CRLF, headers and text around change nothing',
  loaded,
  `text\n${pem('CERTIFICATE', octets(fixtures.ecSEC1.certificate), 'a: b\n\n').replaceAll('\n', '\r\n')}more`,
  key,
  'ok',
);
test(
  'broken text after the last block is ignored',
  loaded,
  `${certificate}-----BEGIN CERTIFICATE-----\n!`,
  key,
  'ok',
);
test(
  'a bad certificate further down the chain is not looked at',
  loaded,
  certificate + pem('CERTIFICATE', Buffer.of(1)),
  key,
  'ok',
);
test(
  'a bad leaf is malformed',
  loaded,
  pem('CERTIFICATE', Buffer.of(1)) + certificate,
  key,
  /^certificate: malformed certificate/,
);
test(
  'PKCS #1 may not carry trailing bytes',
  loaded,
  certificateOf(fixtures.rsa),
  trailing(fixtures.rsa),
  /trailing data/,
);
test('PKCS #8 may', loaded, certificateOf(fixtures.rsaPKCS8), trailing(fixtures.rsaPKCS8), 'ok');
test('SEC 1 may', loaded, certificate, trailing(fixtures.ecSEC1), 'ok');

const numbers = rsaNumbers();
const [p, q] = numbers.primes as [bigint, bigint];
const judged = test.macro({
  exec(t, change: Partial<Numbers>, expected: RegExp | 'ok') {
    const text = pem('RSA PRIVATE KEY', write(rsaPrivateKey({ ...numbers, ...change })));
    const result = loadKeyPair(Buffer.from(certificateOf(fixtures.rsa)), Buffer.from(text));
    if (expected === 'ok') t.is(result.ok ? 'ok' : result.error, 'ok');
    else t.regex(result.ok ? 'ok' : result.error, expected);
  },
  title: title => `an RSA key ${title}`,
});

test('as it was made is fine', judged, {}, 'ok');
test('without CRT values is fine', judged, { crt: [] }, 'ok');
test('with one CRT value is fine, whatever it is', judged, { crt: [5n] }, 'ok');
test('with d above its least value is fine', judged, { d: numbers.d % ((p - 1n) * (q - 1n)) }, 'ok');
test(
  'with another dP is refused',
  judged,
  { crt: [numbers.crt[0]! + 1n, ...numbers.crt.slice(1)] },
  /d does not match dP/,
);
test(
  'with another qInv is refused',
  judged,
  { crt: [...numbers.crt.slice(0, 2), numbers.crt[2]! + 1n] },
  /qInv/,
);
test('with another d is refused', judged, { d: numbers.d + 2n }, /d is not the inverse of e/);
test('with a d of zero is refused', judged, { d: 0n }, /zero or negative/);
test('with a negative prime is refused', judged, { primes: [-p, q] }, /zero or negative/);
test('with an even exponent is refused', judged, { e: 65536n }, /public exponent is even/);
test('with a huge exponent is refused', judged, { e: 2n ** 31n + 1n }, /above 2\^31-1/);
test('with an exponent of more than 64 bits is no key', judged, { e: 2n ** 64n }, /neither PKCS #1/);
test('with p and q swapped needs another qInv', judged, { primes: [q, p] }, /does not match/);
test('with primes that do not make n is refused', judged, { primes: [p, q + 2n] }, /p \* q is not n/);
test(
  'of more than 16,384 octets is refused',
  judged,
  { primes: [p, q, 2n ** 140_000n] },
  /more than 16384 octets/,
);

test('a pair never carries its key, and errors never quote it', t => {
  const result = loadKeyPair(Buffer.from(certificate), Buffer.from(key));
  t.true(result.ok);
  if (result.ok) t.deepEqual(Object.keys(result.value), ['chain', 'leaf']);
  const bad = loadKeyPair(Buffer.from(certificate), Buffer.from(pem('PRIVATE KEY', Buffer.from('secret'))));
  t.false(JSON.stringify(bad).includes('secret'));
});

test('a PEM block gives its label and its content', t => {
  const [block, ...rest] = decodePEM(
    Buffer.from('x\n-----BEGIN A B-----\na: b:c\n d :\te \n\nQU\n JD\n-----END A B-----\t\n'),
  );
  t.is(rest.length, 0);
  t.is(block?.type, 'A B');
  t.is(Buffer.from(block!.bytes).toString(), 'ABC');
});

function trailing(fixture: Fixture): string {
  return pem(fixture.label, Buffer.concat([octets(fixture.key), Buffer.of(0)]));
}

function rsaNumbers(): Numbers {
  const all = read(octets(fixtures.rsa.key)).children!.map(({ content }) =>
    BigInt(`0x${Buffer.from(content).toString('hex')}`),
  );
  const [, n, e, d, first, second, ...crt] = all as [bigint, bigint, bigint, bigint, bigint, bigint];
  return { n, e, d, primes: [first, second], crt };
}
