import { withExtension } from '../grammar.ts';
import { integer } from '../rsanumbers.ts';
import { primitive, type TLV } from '../tlv.ts';
import { type Corner, certificate, leaf, NULL, oid, sequence } from './corner.ts';

type Row = readonly [title: string, value: TLV, expected: boolean];

const TRUE = primitive(0x01, [0xff]);
const rows = (digits: string, critical: boolean, ...list: readonly Row[]): Corner[] =>
  list.map(([title, value, ok]) => certificate(title, withExtension(leaf, digits, critical, value), ok));

/** Extensions without names in them. */
export const plainExtensions: readonly Corner[] = [
  ...rows(
    '551d13',
    false,
    ['basic constraints of nothing', sequence(), true],
    ['basic constraints with TRUE as 01', sequence(primitive(0x01, [1])), false],
    ['basic constraints with an empty BOOLEAN', sequence(primitive(0x01, [])), false],
    ['a path length of 0 without CA', sequence(integer(0n)), true],
    ['a path length of -1', sequence(TRUE, integer(-1n)), false],
    ['a path length of 2^63 - 1', sequence(TRUE, integer(2n ** 63n - 1n)), true],
    ['a path length of 2^63', sequence(TRUE, integer(2n ** 63n)), false],
    ['a padded path length', sequence(TRUE, primitive(0x02, [0, 1])), false],
    ['a path length before CA', sequence(integer(1n), TRUE), true],
    ['basic constraints with more behind', sequence(TRUE, integer(1n), NULL), true],
  ),
  ...rows(
    '551d0f',
    false,
    ['key usage without bits', primitive(0x03, [0]), true],
    ['key usage without octets', primitive(0x03, []), false],
    ['key usage with padding of nothing', primitive(0x03, [1]), false],
    ['key usage with 8 bits of padding', primitive(0x03, [8, 0]), false],
    ['key usage with a bit in its padding', primitive(0x03, [7, 0xc0]), false],
    ['key usage of three octets', primitive(0x03, [0, 0xff, 0xff, 0xff]), true],
  ),
  ...rows(
    '551d25',
    false,
    ['extended key usage of nothing', sequence(), true],
    ['extended key usage of an empty OID', sequence(oid('')), false],
    ['an arc of 2^31 - 1', sequence(oid('2a87ffffff7f')), true],
    ['an arc of 2^31', sequence(oid('2a8880808000')), false],
    ['an arc with a leading zero', sequence(oid('2a8001')), false],
    ['an arc cut short', sequence(oid('2a81')), false],
  ),
  ...rows(
    '551d20',
    false,
    ['policies of nothing', sequence(), true],
    ['a policy twice', sequence(sequence(oid('2a03')), sequence(oid('2a03'))), false],
    ['a policy with a huge arc', sequence(sequence(oid(`2a${'ff'.repeat(20)}7f`))), true],
    ['a policy with an arc with a leading zero', sequence(sequence(oid('2a8001'))), false],
    ['a policy without an OID', sequence(sequence(oid(''))), false],
  ),
  ...rows(
    '551d21',
    false,
    ['a policy mapped to nothing', sequence(sequence(oid('2a03'))), false],
    ['policies mapped whose OIDs are broken', sequence(sequence(oid('80'), oid(''))), true],
  ),
  ...rows(
    '551d24',
    false,
    ['policy constraints below zero', sequence(primitive(0x80, [0xff])), true],
    ['policy constraints above 64 bits', sequence(primitive(0x81, [0, ...Array(8).fill(255)])), false],
    ['policy constraints that are padded', sequence(primitive(0x80, [0, 1])), false],
  ),
  ...rows(
    '551d36',
    false,
    ['inhibitAnyPolicy below zero', integer(-1n), true],
    ['inhibitAnyPolicy above 64 bits', integer(2n ** 63n), false],
    ['inhibitAnyPolicy that is no INTEGER', NULL, false],
  ),
  ...rows(
    '2b06010505070101',
    false,
    ['information access of nothing', sequence(), true],
    ['information access without a place', sequence(sequence(oid('2a03'))), true],
    ['information access with a broken method', sequence(sequence(oid('80'))), false],
    [
      'information access with a broken place',
      sequence(sequence(oid('2a03'), { ...primitive(0x86, []), length: 1 })),
      false,
    ],
  ),
  ...rows('2b06010505070101', true, ['information access that is critical', sequence(), false]),
  ...rows(
    '551d23',
    false,
    ['an authority key identifier of nothing', sequence(), true],
    ['an authority key identifier that is no SEQUENCE', NULL, false],
  ),
  ...rows('551d23', true, ['an authority key identifier that is critical', sequence(), false]),
  ...rows(
    '551d0e',
    false,
    ['a subject key identifier that is no OCTET STRING', NULL, false],
    ['a subject key identifier with more behind', primitive(0x04, []), true],
  ),
  ...rows('2b06010401d679020402', false, [
    'timestamps of certificate transparency, whatever is in them',
    primitive(0x04, [1, 2]),
    true,
  ]),
];
