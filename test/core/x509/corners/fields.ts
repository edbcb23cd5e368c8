import { withField } from '../grammar.ts';
import { integer } from '../rsanumbers.ts';
import { composed, primitive, read, type TLV, write } from '../tlv.ts';
import { type Corner, certificate, hex, leaf, NULL, oid, sequence } from './corner.ts';

/** Versions with what they may carry, and names. */
export const fields: readonly Corner[] = [
  certificate('version 1 with a broken ID', old(0, { ...primitive(0x81, []), length: 5 }), true),
  certificate(
    'another signature algorithm inside',
    withField(leaf, 2, sequence(oid('2a8648ce3d040303'))),
    false,
  ),
  certificate(
    'a serial number with a padded length',
    withField(leaf, 1, { ...integer(1n), length: 'padded' }),
    false,
  ),
  certificate(
    'a serial number with a length of six octets',
    withField(leaf, 1, { ...integer(1n), length: 'long' }),
    false,
  ),
  certificate(
    'a serial number of indefinite length',
    withField(leaf, 1, { ...integer(1n), length: 'indefinite' }),
    false,
  ),
  ...(['fdcf', 'fdf0', 'fffd', '0000'] as const).map(point =>
    certificate(`a BMPString of ${point}`, withField(leaf, 5, named(0x1e, point)), true),
  ),
  ...(['fdd0', 'fdef', 'fffe', 'ffff', 'd800', 'dfff', '00'] as const).map(point =>
    certificate(`a BMPString of ${point}`, withField(leaf, 5, named(0x1e, point)), false),
  ),
  certificate('version 1 with unique IDs', old(0, primitive(0x81, [0]), primitive(0x82, [0])), true),
  certificate('version 1 with junk', old(0, primitive(0x81, [0]), NULL, { ...NULL, length: 'long' }), true),
  certificate('version 2 with unique IDs', old(1, primitive(0x81, [0]), primitive(0x82, [0])), true),
  certificate('version 2 with a broken ID', old(1, { ...primitive(0x81, []), length: 5 }), false),
  certificate('version 3 without extensions', old(2), true),
  certificate('version 3 with no extension in the list', old(2, composed(0xa3, [sequence()])), true),
  certificate('version 3 with an empty wrapper', old(2, composed(0xa3, [])), false),
  certificate('an empty subject', withField(leaf, 5, sequence()), true),
  certificate('a subject with an empty RDN', withField(leaf, 5, sequence(composed(0x31, []))), true),
  certificate(
    'a subject with an attribute without a value',
    withField(leaf, 5, sequence(composed(0x31, [sequence(oid('550403'))]))),
    false,
  ),
];

function named(tag: number, digits: string): TLV {
  return sequence(composed(0x31, [sequence(oid('550403'), primitive(tag, hex(digits)))]));
}

// Without its extensions, at another version, with more fields at its end.
function old(version: number, ...more: readonly TLV[]): Uint8Array {
  const root = read(leaf);
  const tbs = root.children![0]!;
  const fields = tbs.children!.slice(1).filter(({ tag }) => tag !== 0xa3);
  tbs.children = [...(version > 0 ? [composed(0xa0, [integer(BigInt(version))])] : []), ...fields, ...more];
  return write(root);
}
