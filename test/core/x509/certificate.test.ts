import test from 'ava';
import { type Certificate, parseCertificate, sha256Hex } from '../../../core/x509/certificate.ts';
import { readAllParts } from '../../../core/x509/certificateparts.ts';
import { fixtures, octets } from './fixtures.ts';
import { withAlgorithm, withExtension, withField } from './grammar.ts';
import { clone, composed, everyNode, primitive, read, type TLV, write } from './tlv.ts';

const leaf = octets(fixtures.ecSEC1.certificate);
const SERIAL = 1;
const ISSUER = 3;
const VALIDITY = 4;
const SUBJECT = 5;

test('a leaf gives its facts', t => {
  const { subjectAltNames, raw, publicKey, ...facts } = parsed(leaf);
  t.is(raw.length, leaf.length);
  t.like(facts, {
    version: 3,
    serial: '1e85bd75946e3611dc113cb012e6',
    subject: 'CN=leaf',
    issuer: 'CN=leaf',
    notBefore: '2024-02-29T12:30:45Z',
    notAfter: '2054-03-01T12:30:45Z',
    notBeforeUnix: 1709209845,
    notAfterUnix: 2655981045,
    dNSNames: ['n0.arctic.svc.cluster.local', 'n0-0.n0.arctic.svc.cluster.local'],
    signatureAlgorithm: 'ECDSA-SHA256',
    isCA: false,
    keyUsage: 1,
    extKeyUsages: ['serverAuth'],
    unhandledCriticalExtensions: [],
  });
  t.is(publicKey.kind, 'ecdsa');
  t.deepEqual(
    subjectAltNames.map(({ type }) => type),
    ['dNSName', 'dNSName'],
  );
});

test('names of every kind come as encoded', t => {
  const [email, ip] = [
    primitive(0x81, 'a@b'),
    primitive(0x87, Buffer.from('20010db8000000000000000000000001', 'hex')),
  ];
  const directory = composed(0xa4, [name([0x0c, 'a, b'])]);
  const names = [
    email,
    ip,
    directory,
    primitive(0x86, 'spiffe://a'),
    primitive(0x88, [0x2a, 3]),
    primitive(0x82, ''),
  ];
  const found = parsed(
    withNames([
      ...names,
      composed(0xa0, [primitive(0x05, [])]),
      primitive(0xa2, 'x'),
      primitive(0x87, [1, 2, 3, 4]),
    ]),
  );
  t.deepEqual(
    found.subjectAltNames.map(({ tag, type, value }) => [tag, type, value]),
    [
      [1, 'rfc822Name', 'a@b'],
      [7, 'iPAddress', '2001:db8::1'],
      [4, 'directoryName', 'CN=a\\, b'],
      [6, 'uniformResourceIdentifier', 'spiffe://a'],
      [8, 'registeredID', '1.2.3'],
      [2, 'dNSName', ''],
      [0, 'otherName', 'a0020500'],
      [2, 'unknown', 'a20178'],
      [7, 'iPAddress', '1.2.3.4'],
    ],
  );
  t.is(found.subjectAltNames[0]!.hex, '614062');
});

test('a name is written as RFC 2253 has it', t => {
  const subject = (...values: [number, string][]) =>
    parsed(withField(leaf, SUBJECT, name(...values))).subject;
  t.is(subject([0x0c, ' a ']), 'CN=\\ a\\ ');
  t.is(subject([0x0c, ' ']), 'CN=\\ ');
  t.is(subject([0x0c, '#a"+;<>\\,']), 'CN=\\#a\\"\\+\\;\\<\\>\\\\\\,');
  t.is(subject([0x0c, 'a\x1b[31m\n']), 'CN=a\\1b[31m\\0a');
  t.is(subject([0x0c, 'first'], [0x13, 'second']), 'CN=second,CN=first');
  t.is(subject([0x14, 'Z\xfcrich']), 'CN=Zürich');
  t.is(subject([0x1e, '\x00a\x00b\x00\x00']), 'CN=ab');
});

test('types in a name that RFC 2253 has no keyword for are dotted, with their DER', t => {
  const attribute = composed(0x30, [primitive(0x06, [0x2a, 3, 4]), primitive(0x0c, 'x')]);
  const dc = composed(0x30, [
    primitive(0x06, Buffer.from('0992268993f22c640119', 'hex')),
    primitive(0x16, 'org'),
  ]);
  const subject = composed(0x30, [composed(0x31, [attribute, dc]), composed(0x31, [])]);
  t.is(parsed(withField(leaf, SUBJECT, subject)).subject, ',1.2.3.4=#0c0178+DC=org');
});

test('certificates one after another are read to the end', t => {
  const result = readAllParts(Buffer.concat([leaf, octets(fixtures.rsa.certificate)]));
  t.is(result.ok ? result.value.length : 0, 2);
  t.deepEqual(readAllParts(new Uint8Array()), { ok: true, value: [] });
  t.regex(
    error(readAllParts(Buffer.concat([leaf, Buffer.of(0)]))),
    /^certificate 2: malformed certificate at byte \d+$/,
  );
});

test('the fingerprint is that of the DER', t => {
  t.is(sha256Hex(new Uint8Array()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

const judged = test.macro({
  exec(t, certificate: Uint8Array, expected: RegExp | 'ok') {
    const result = parseCertificate(certificate);
    if (expected === 'ok') t.deepEqual(result.ok ? 'ok' : result.error, 'ok');
    else t.regex(error(result), expected);
  },
  title: title => title!,
});

test('an empty input is no certificate', judged, new Uint8Array(), /malformed certificate at byte 0/);
test(
  'trailing data sinks a certificate',
  judged,
  Buffer.concat([leaf, Buffer.of(0)]),
  /trailing data at byte \d+/,
);
test(
  'a negative serial number sinks it',
  judged,
  withField(leaf, SERIAL, primitive(2, [0x80])),
  /negative serial number/,
);
test(
  'a padded serial number sinks it',
  judged,
  withField(leaf, SERIAL, primitive(2, [0, 1])),
  /malformed serial number/,
);
test(
  'an empty serial number sinks it',
  judged,
  withField(leaf, SERIAL, primitive(2, [])),
  /malformed serial number/,
);
test('a serial number of zero is fine', judged, withField(leaf, SERIAL, primitive(2, [0])), 'ok');
test(
  'a serial number of 40 octets is fine',
  judged,
  withField(leaf, SERIAL, primitive(2, Buffer.alloc(40, 1))),
  'ok',
);
test('version 4 is unknown', judged, withVersion([3]), /unknown version/);
test('a negative version is malformed', judged, withVersion([255]), /malformed version/);
test('version 1 with extensions is fine', judged, withVersion([0]), 'ok');
test('version 2^63 wraps around in Go, and passes', judged, withVersion([0x7f, ...Array(7).fill(255)]), 'ok');
test('version 2^63 - 1 does not', judged, withVersion([0x7f, ...Array(6).fill(255), 254]), /unknown version/);
test(
  'an alternative name that is not ASCII sinks it',
  judged,
  withNames([primitive(0x82, 'ä')]),
  /name 1: dNSName is not ASCII/,
);
test(
  'an address of three octets sinks it',
  judged,
  withNames([primitive(0x82, 'a'), primitive(0x87, [1, 2, 3])]),
  /name 2: iPAddress has 3 octets/,
);
test(
  'a URI with an open bracket sinks it',
  judged,
  withNames([primitive(0x86, 'http://[::1')]),
  /invalid host/,
);
test(
  'a URI with a space in its host sinks it',
  judged,
  withNames([primitive(0x86, 'http://a b')]),
  /invalid host/,
);
test(
  'a URI with a broken escape sinks it',
  judged,
  withNames([primitive(0x86, 'http://a/%zz')]),
  /invalid percent escape/,
);
test(
  'a URI with two ports sinks it in http',
  judged,
  withNames([primitive(0x86, 'http://a:1:2')]),
  /invalid host/,
);
test('a URI with two ports is fine elsewhere', judged, withNames([primitive(0x86, 'db://a:1:2')]), 'ok');
test(
  'a URI with a dot at the end of its host sinks it',
  judged,
  withNames([primitive(0x86, 'http://a.')]),
  /invalid domain/,
);
test('an empty dNSName is fine', judged, withNames([primitive(0x82, '')]), 'ok');
test('ten thousand names are fine', judged, withNames(Array(10_000).fill(primitive(0x82, 'a.b'))), 'ok');
test('a broken otherName is fine', judged, withNames([primitive(0xa0, [0xff])]), 'ok');
test(
  'an underscore in a PrintableString sinks it',
  judged,
  withField(leaf, ISSUER, name([0x13, 'a_b'])),
  /issuer: invalid PrintableString/,
);
test('an asterisk in a PrintableString is fine', judged, withField(leaf, SUBJECT, name([0x13, '*&'])), 'ok');
test(
  'a UniversalString sinks it',
  judged,
  withField(leaf, SUBJECT, name([0x1c, '\x00\x00\x00a'])),
  /subject: unsupported string type 0x1c/,
);
test(
  'a BMPString with half a surrogate pair sinks it',
  judged,
  withField(leaf, SUBJECT, name([0x1e, '\xd8\x00'])),
  /invalid BMPString/,
);
test(
  'a UTF8String with an overlong character sinks it',
  judged,
  withField(leaf, SUBJECT, name([0x0c, '\xc0\xaf'], true)),
  /invalid UTF8String/,
);
test(
  'a critical extension nobody knows is fine',
  judged,
  withExtension(leaf, '2a0304', true, primitive(5, [])),
  'ok',
);
test(
  'a critical subject key identifier sinks it',
  judged,
  withExtension(leaf, '551d0e', true, primitive(4, [1])),
  /subject key identifier is marked critical/,
);
test('an extension that comes twice sinks it', judged, twice(leaf), /duplicate extension 2\.5\.29\.\d+/);
test(
  'empty name constraints sink it',
  judged,
  withExtension(leaf, '551d1e', true, composed(0x30, [])),
  /empty name constraints/,
);
test('an X25519 key is left unread', judged, withKey('2b656e', []), 'ok');
test(
  'an Ed25519 key with parameters sinks it',
  judged,
  withKey('2b6570', [primitive(5, [])]),
  /Ed25519 key with parameters/,
);
test('an RSA key without NULL sinks it', judged, withKey('2a864886f70d010101', []), /RSA key without NULL/);
test(
  'explicit curve parameters sink it',
  judged,
  withKey('2a8648ce3d0201', [composed(0x30, [])]),
  /invalid ECDSA parameters/,
);
test(
  'a curve Go does not have sinks it',
  judged,
  withKey('2a8648ce3d0201', [primitive(6, Buffer.from('2b8104000a', 'hex'))]),
  /unsupported elliptic curve 1\.3\.132\.0\.10/,
);

test('RSASSA-PSS has a name where one hash is used throughout, and nothing else is odd', t => {
  const [sha256, sha384] = ['608648016503040201', '608648016503040202'];
  t.is(pss(sha256, sha256, 32), 'SHA256-RSAPSS');
  t.is(pss(sha384, sha384, 48), 'SHA384-RSAPSS');
  t.is(pss(sha256, sha256, 32, [primitive(0x05, [])], [primitive(0x05, [])]), 'SHA256-RSAPSS');
  for (const odd of [
    pss(sha256, sha384, 32),
    pss(sha256, sha256, 20),
    pss(sha256, sha256, 32, [primitive(0x04, [])]),
    pss(sha256, sha256, 32, [], [primitive(0x04, [])]),
    pss(sha256, sha256, 32, [], [], 2),
  ])
    t.is(odd, '1.2.840.113549.1.1.10');
});

const timed = test.macro({
  exec(t, text: string, expected: string | undefined) {
    const time = primitive(text.length > 13 && /^\d{14}/.test(text) ? 0x18 : 0x17, text);
    const result = parseCertificate(withField(leaf, VALIDITY, composed(0x30, [time, time])));
    t.is(result.ok ? result.value.notBefore : undefined, expected);
    if (result.ok && !expected?.includes('+24:'))
      t.is(result.value.notAfterUnix, Date.parse(expected!) / 1000);
  },
  title: (_, text, expected) => `the time ${JSON.stringify(text)} is ${expected ?? 'malformed'}`,
});

test(timed, '240229123045Z', '2024-02-29T12:30:45Z');
test(timed, '2402291230Z', '2024-02-29T12:30:00Z');
test(timed, '250229123045Z', undefined);
test(timed, '491231235959Z', '2049-12-31T23:59:59Z');
test(timed, '500101000000Z', '1950-01-01T00:00:00Z');
test(timed, '240101000000+0130', '2024-01-01T00:00:00+01:30');
test(timed, '240101000000+0000', undefined);
test(timed, '240101000000+2400', '2024-01-01T00:00:00+24:00');
test(timed, '240101000000', undefined);
test(timed, '240101240000Z', undefined);
test(timed, '00000101000000Z', '0000-01-01T00:00:00Z');
test(timed, '99991231235959Z', '9999-12-31T23:59:59Z');
test(timed, '20240101000000.5Z', undefined);

test('facts that are worked out late are the same twice, and survive JSON', t => {
  const certificate = parsed(octets(fixtures.ecOdd.certificate));
  t.is(certificate.subjectAltNames, certificate.subjectAltNames);
  t.deepEqual(JSON.parse(JSON.stringify(certificate)).subject, certificate.subject);
  t.deepEqual(certificate.unhandledCriticalExtensions, ['1.2.3.4', '2.5.29.17']);
});

function parsed(bytes: Uint8Array): Certificate {
  const result = parseCertificate(bytes);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

function error(result: { ok: boolean; error?: string }): string {
  return result.ok ? 'ok' : result.error!;
}

function name(...values: readonly ([tag: number, text: string] | boolean)[]): TLV {
  const raw = values.includes(true);
  const strings = values.filter(value => typeof value !== 'boolean');
  return composed(
    0x30,
    strings.map(([tag, text]) => {
      const content = tag === 0x0c && !raw ? Buffer.from(text) : text;
      return composed(0x31, [composed(0x30, [primitive(0x06, [0x55, 4, 3]), primitive(tag, content)])]);
    }),
  );
}

function withNames(names: readonly TLV[]): Uint8Array {
  return withExtension(leaf, '551d11', false, composed(0x30, names));
}

function withVersion(octetsOfIt: readonly number[]): Uint8Array {
  return withField(leaf, 0, composed(0xa0, [primitive(0x02, octetsOfIt)]));
}

function withKey(oid: string, parameters: readonly TLV[]): Uint8Array {
  const algorithm = composed(0x30, [primitive(0x06, Buffer.from(oid, 'hex')), ...parameters]);
  return withField(leaf, 6, composed(0x30, [algorithm, primitive(0x03, Buffer.alloc(33))]));
}

function twice(certificate: Uint8Array): Uint8Array {
  const root = read(certificate);
  const list = everyNode(root).find(({ tag }) => tag === 0xa3)!.children![0]!;
  list.children!.push(clone(list.children![0]!));
  return write(root);
}

function pss(
  hash: string,
  maskHash: string,
  salt: number,
  parameters: readonly TLV[] = [],
  maskParameters: readonly TLV[] = [],
  trailer = 1,
): string {
  const algorithm = (oid: string, more: readonly TLV[]) =>
    composed(0x30, [primitive(0x06, Buffer.from(oid, 'hex')), ...more]);
  const fields = composed(0x30, [
    composed(0xa0, [algorithm(hash, parameters)]),
    composed(0xa1, [algorithm('2a864886f70d010108', [algorithm(maskHash, maskParameters)])]),
    composed(0xa2, [primitive(0x02, [salt])]),
    composed(0xa3, [primitive(0x02, [trailer])]),
  ]);
  return parsed(withAlgorithm(leaf, algorithm('2a864886f70d01010a', [fields]))).signatureAlgorithm;
}
