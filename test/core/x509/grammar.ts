import type { Random } from './random.ts';
import { composed, primitive, read, readAll, type TLV, write } from './tlv.ts';

/** `certificate` with the extension `oid` (hex) replaced by, or given, this value, critical or not. */
export function withExtension(
  certificate: Uint8Array,
  oid: string,
  critical: boolean,
  value: TLV,
): Uint8Array {
  const root = read(certificate);
  const tbs = root.children![0]!;
  const list = tbs.children!.find(({ tag }) => tag === 0xa3)?.children?.[0];
  const extension = composed(0x30, [
    primitive(0x06, Buffer.from(oid, 'hex')),
    ...(critical ? [primitive(0x01, [255])] : []),
    primitive(0x04, write(value)),
  ]);
  if (list) list.children = [...list.children!.filter(each => !isFor(each, oid)), extension];
  else tbs.children!.push(composed(0xa3, [composed(0x30, [extension])]));
  return write(root);
}

/** `certificate` with a field of its tbsCertificate replaced; version is 0, the key 6, in a certificate of version 3. */
export function withField(certificate: Uint8Array, field: number, value: TLV): Uint8Array {
  const root = read(certificate);
  root.children![0]!.children![field] = value;
  return write(root);
}

/** `certificate` under another signature algorithm, said twice. */
export function withAlgorithm(certificate: Uint8Array, algorithm: TLV): Uint8Array {
  const root = read(certificate);
  root.children![0]!.children![2] = algorithm;
  root.children![1] = algorithm;
  return write(root);
}

/** A subjectAltName of a few random GeneralNames. */
export function randomNames(random: Random): TLV {
  return composed(
    0x30,
    Array.from({ length: random.below(4) }, () => randomName(random)),
  );
}

/** NameConstraints of a few random subtrees. */
export function randomConstraints(random: Random): TLV {
  const tree = (): TLV => {
    const base = random.below(4) === 0 ? primitive(0x87, randomNetwork(random)) : randomName(random);
    return composed(
      0x30,
      random.below(20) === 0 ? [] : [base, ...(random.below(4) === 0 ? [primitive(0x80, [0])] : [])],
    );
  };
  const trees = (tag: number) => composed(tag, Array.from({ length: random.below(3) }, tree));
  return composed(
    0x30,
    random.pick([[trees(0xa0)], [trees(0xa1)], [trees(0xa0), trees(0xa1)], [trees(0xa1), trees(0xa0)], []]),
  );
}

/** Text made of pieces, most of them at home in a URI. */
export function randomURI(random: Random): string {
  const scheme = random.pick([
    'http://',
    'https://',
    'spiffe://',
    'ldap://',
    '//',
    '',
    'mailto:',
    'a:',
    ':',
    '///',
    '1a:',
    'HTTP://',
  ]);
  const host = random.pick([
    '',
    'a',
    'a.b',
    'a..b',
    'a.',
    '.a',
    '[::1]',
    '[::1',
    '::1]',
    '[fe80::1%25en0]',
    `[${randomIPv6(random)}]`,
    '1.2.3.4',
    'a b',
    'a%20b',
    'a%c3%a9',
    'a%25',
    'é',
    '<>',
    'a"b',
    'a{b',
    'a,b',
  ]);
  const user = random.pick([
    '',
    '',
    '',
    'u@',
    'u:p@',
    'u%40@',
    'u%zz@',
    'u/@',
    'u v@',
    'a@b@',
    ':@',
    'u:%4@',
    'u%:41@',
  ]);
  const port = random.pick(['', '', ':', ':80', ':x', ':80:90', ':%38', ':80a']);
  const tail = random.pick([
    '',
    '/',
    '/p',
    '/%zz',
    '/%41',
    '/%4',
    '?q=%zz',
    '/?',
    '??',
    '#f',
    '#%zz',
    '#%41\x01',
    '/ b',
    '/\x7f',
    '/a:b',
    '*',
    '/\x00',
  ]);
  const text = scheme + user + host + port + tail;
  return random.below(3) === 0 ? scrambled(random, text) : text;
}

function randomName(random: Random): TLV {
  const text = random.pick([randomURI, randomDomain, randomMailbox])(random);
  switch (random.below(7)) {
    case 0:
      return primitive(0x81, randomMailbox(random));
    case 1:
      return primitive(0x82, text);
    case 2:
    case 3:
      return primitive(0x86, text);
    case 4:
      return primitive(0x87, random.bytes(random.pick([0, 3, 4, 4, 5, 8, 16, 16, 32])));
    case 5:
      return primitive(random.pick([0xa0, 0xa2, 0xa4, 0xa6, 0x88, 0x02, 0x85, 0xc2, 0x42]), text);
    default:
      return composed(0xa4, [
        composed(0x30, [
          composed(0x31, [composed(0x30, [primitive(0x06, [0x55, 4, 3]), primitive(0x0c, text)])]),
        ]),
      ]);
  }
}

function randomDomain(random: Random): string {
  const text = random.pick([
    '',
    '.',
    'a',
    '.a',
    'a.',
    'a.b.c',
    '..a',
    'a..b',
    '*.a',
    'a b',
    '1.2.3.4',
    '::1',
    '1.2.3.256',
    '01.2.3.4',
    'x'.repeat(300),
    randomIPv6(random),
  ]);
  return random.below(4) === 0 ? scrambled(random, text) : text;
}

function randomMailbox(random: Random): string {
  const local = random.pick([
    'a',
    'a.b',
    '.a',
    'a.',
    'a..b',
    '"a b"',
    '"a\\"b"',
    '"a',
    '"\\',
    'a\\@b',
    '\\.a',
    'a\\',
    '',
    '"\t"',
    '"\\\t"',
    '"\x01"',
    '"\\\n"',
    '"a"b',
    'é',
    '!#$%&',
    'a\\.\\.b',
  ]);
  const text = local + random.pick(['@', '@', '@', '', '@@', ' @']) + randomDomain(random);
  return random.below(4) === 0 ? scrambled(random, text) : text;
}

function randomIPv6(random: Random): string {
  const pieces = [
    '1',
    'ffff',
    '0',
    '00001',
    'g',
    'ABCD',
    '::',
    ':',
    ':',
    ':',
    ':',
    '1.2.3.4',
    '',
    '%25',
    '%',
    'z',
    '.',
  ];
  if (random.below(2) === 0)
    return Array.from({ length: random.below(16) }, () => random.pick(pieces)).join('');
  const groups = Array.from({ length: random.pick([1, 2, 6, 7, 7, 8, 8, 9]) }, () =>
    random.below(65536).toString(16),
  );
  if (random.below(3) === 0) groups.splice(random.below(groups.length + 1), random.below(3), '');
  if (random.below(4) === 0) groups.push('10.0.0.1');
  return (
    (random.below(6) === 0 ? ':' : '') +
    groups.join(':') +
    (random.below(6) === 0 ? ':' : '') +
    (random.below(6) === 0 ? '%25e%20h' : '')
  );
}

function randomNetwork(random: Random): Uint8Array {
  const half = random.pick([4, 4, 16, 3]);
  const bits = random.below(half * 8 + 1);
  const mask = Array.from(
    { length: half },
    (_, i) => (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff,
  );
  if (random.below(4) === 0) mask[random.below(half)] = random.below(256);
  return Uint8Array.from([...random.bytes(half), ...mask]);
}

function scrambled(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const piece = random.pick([
    '%',
    ':',
    '/',
    '@',
    '[',
    ']',
    '?',
    '#',
    ' ',
    '.',
    '%25',
    '%41',
    '"',
    '\\',
    String.fromCharCode(random.below(256)),
  ]);
  return text.slice(0, at) + piece + text.slice(at + random.below(2));
}

function isFor(extension: TLV, oid: string): boolean {
  return (
    Buffer.from(extension.children?.[0]?.content ?? []).toString('hex') === oid &&
    readAll(write(extension)) !== undefined
  );
}
