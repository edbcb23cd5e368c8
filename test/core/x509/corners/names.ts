import { withExtension } from '../grammar.ts';
import { composed, primitive, type TLV } from '../tlv.ts';
import { type Corner, certificate, hex, leaf, NULL, sequence } from './corner.ts';

type Row = readonly [title: string, value: TLV, expected: boolean];

const rows = (digits: string, critical: boolean, ...list: readonly Row[]): Corner[] =>
  list.map(([title, value, ok]) => certificate(title, withExtension(leaf, digits, critical, value), ok));
const permitted = (base: TLV): TLV => sequence(composed(0xa0, [sequence(base)]));

/** Extensions with names in them: subjectAltName, nameConstraints, cRLDistributionPoints. */
export const nameExtensions: readonly Corner[] = [
  ...rows(
    '551d11',
    false,
    ['no alternative name', sequence(), true],
    ['alternative names that are a SET', composed(0x31, []), false],
    ['an iPAddress of no octets', sequence(primitive(0x87, [])), false],
    ['an iPAddress of 8 octets', sequence(primitive(0x87, Buffer.alloc(8))), false],
    ['an iPAddress of 16 octets', sequence(primitive(0x87, Buffer.alloc(16))), true],
    ['a constructed iPAddress', sequence(composed(0xa7, [])), true],
    ['a mailbox of octet 128', sequence(primitive(0x81, '\x80')), false],
    ['a mailbox of octet 127', sequence(primitive(0x81, '\x7f')), true],
    ['a name with a long tag', sequence(primitive(0x9f, [1, 0])), false],
  ),
  ...rows(
    '551d1e',
    false,
    ['name constraints of an empty list', sequence(composed(0xa0, [])), false],
    [
      'name constraints with an empty list and a full one',
      sequence(composed(0xa0, []), composed(0xa1, [sequence(primitive(0x82, 'a'))])),
      true,
    ],
    [
      'name constraints the wrong way round',
      sequence(composed(0xa1, [sequence(primitive(0x82, 'a'))]), composed(0xa0, [])),
      false,
    ],
    ['a constraint to any domain', permitted(primitive(0x82, '')), true],
    ['a constraint to a dot', permitted(primitive(0x82, '.')), false],
    ['a constraint to subdomains', permitted(primitive(0x82, '.a')), true],
    ['a constraint with a trailing dot', permitted(primitive(0x82, 'a.')), false],
    ['a constraint with a blank', permitted(primitive(0x82, 'a b')), false],
    ['a constraint to a mailbox', permitted(primitive(0x81, 'a@b')), true],
    ['a constraint to a mailbox of a subdomain', permitted(primitive(0x81, 'a@.b')), false],
    ['a constraint to a mailbox anywhere', permitted(primitive(0x81, 'a@')), true],
    ['a constraint to a mailbox of nobody', permitted(primitive(0x81, '@b')), false],
    ['a constraint to nobody in quotes', permitted(primitive(0x81, '""@b')), true],
    ['a constraint to two dots in a mailbox', permitted(primitive(0x81, 'a..b@c')), false],
    ['a constraint to a mailbox with a tab in quotes', permitted(primitive(0x81, '"\t"@b')), false],
    ['a constraint to a mailbox with an escaped tab', permitted(primitive(0x81, '"\\\t"@b')), true],
    ['a constraint to URIs at an address', permitted(primitive(0x86, '1.2.3.4')), false],
    ['a constraint to URIs at an address of IPv6', permitted(primitive(0x86, '::1')), false],
    ['a constraint to URIs at no address', permitted(primitive(0x86, '1.2.3.04')), true],
    ['a network with a mask in pieces', permitted(primitive(0x87, hex('0a000000ff00ff00'))), false],
    [
      'a network with a mask in pieces within an octet',
      permitted(primitive(0x87, hex('0a000000a0000000'))),
      false,
    ],
    ['a network of everything', permitted(primitive(0x87, Buffer.alloc(32))), true],
    ['a network of 4 octets', permitted(primitive(0x87, Buffer.alloc(4))), false],
    ['a constraint without a base', sequence(composed(0xa0, [sequence()])), false],
    [
      'name constraints with a byte behind',
      { ...primitive(0x30, hex('a0053003820161' + '00')), length: -1 },
      false,
    ],
  ),
  ...rows(
    '551d1f',
    false,
    ['CRLs of nothing', sequence(), true],
    ['a CRL without a name', sequence(sequence(primitive(0x81, [0]))), true],
    ['a CRL relative to its issuer', sequence(sequence(composed(0xa0, [composed(0xa1, [])]))), false],
    [
      'a CRL at a URI that is no URI',
      sequence(sequence(composed(0xa0, [composed(0xa0, [primitive(0x86, '\xff')])]))),
      true,
    ],
    ['a CRL that is no SEQUENCE', sequence(NULL), false],
  ),
];
