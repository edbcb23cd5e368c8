import { withField } from '../grammar.ts';
import { integer } from '../rsanumbers.ts';
import { composed, primitive, read, type TLV, write } from '../tlv.ts';
import { type Corner, certificate, leaf, NULL, oid, sequence } from './corner.ts';

/** Versions with what they may carry, and names. */
export const fields: readonly Corner[] = [
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

// Without its extensions, at another version, with more fields at its end.
function old(version: number, ...more: readonly TLV[]): Uint8Array {
  const root = read(leaf);
  const tbs = root.children![0]!;
  const fields = tbs.children!.slice(1).filter(({ tag }) => tag !== 0xa3);
  tbs.children = [...(version > 0 ? [composed(0xa0, [integer(BigInt(version))])] : []), ...fields, ...more];
  return write(root);
}
