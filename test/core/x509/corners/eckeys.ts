import { fixtures, octets } from '../fixtures.ts';
import { withField } from '../grammar.ts';
import { integer, privateKeyInfo } from '../rsanumbers.ts';
import { composed, primitive, read, type TLV, write } from '../tlv.ts';
import { type Corner, hex, leaf, NULL, oid, pair, sequence } from './corner.ts';
import { CURVES, type Curve, ecInfo, pointOf, scalarOf } from './curve.ts';

const keyed = (info: TLV): Uint8Array => withField(leaf, 6, info);
const curveTag = (curve: Curve): TLV => composed(0xa0, [oid(CURVES[curve][0])]);
const sec1 = (scalar: Uint8Array, ...more: readonly TLV[]): TLV =>
  sequence(integer(1n), primitive(0x04, scalar), ...more);
const ecPair = (
  title: string,
  scalar: Uint8Array,
  expected: boolean,
  curve: Curve = 'P-256',
  real: Uint8Array = scalarOf(curve),
): Corner => pair(title, keyed(ecInfo(curve, pointOf(curve, real))), sec1(scalar, curveTag(curve)), expected);
const own = scalarOf('P-256');
const ownLeaf = keyed(ecInfo('P-256', pointOf('P-256', own)));
const EC = '2a8648ce3d0201';
const ORDER = hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const last = Buffer.from(ORDER).fill(0x50, 31);

function attributed(key: TLV, version: TLV, ...more: readonly TLV[]): TLV {
  const [, algorithm, content] = key.children!;
  return sequence(version, algorithm!, content!, ...more);
}

const ecPKCS8 = privateKeyInfo(EC, [oid(CURVES['P-256'][0])], sec1(own));
const ed25519 = read(octets(fixtures.ed25519.key));
const edLeaf = octets(fixtures.ed25519.certificate);
const seed = Buffer.from(ed25519.children![2]!.content);
const edKey = (parameters: readonly TLV[], inner: Uint8Array): TLV =>
  sequence(integer(0n), sequence(oid('2b6570'), ...parameters), primitive(0x04, inner));

/** Private keys of EC and Ed25519, in SEC 1 and PKCS #8. */
export const ecKeys: readonly Corner[] = [
  ...(Object.keys(CURVES) as Curve[]).map(curve => ecPair(`a key of ${curve}`, scalarOf(curve), true, curve)),
  ecPair('a scalar of zeros', Buffer.alloc(32), false),
  ecPair('a scalar of no octets', Buffer.alloc(0), false),
  ecPair('a scalar of one', Buffer.of(1), true, 'P-256', Buffer.concat([Buffer.alloc(31), Buffer.of(1)])),
  ecPair('a scalar one below the order', last, true, 'P-256', last),
  ecPair('a scalar of the order', ORDER, false),
  ecPair('a scalar with zeros in front', Buffer.concat([Buffer.alloc(9), own]), true),
  ecPair('a scalar with more than zeros in front', Buffer.concat([Buffer.of(1), own]), false),
  ecPair(
    'a scalar of 65 octets for P-521',
    Buffer.alloc(65, 1),
    true,
    'P-521',
    Buffer.concat([Buffer.of(0), Buffer.alloc(65, 1)]),
  ),
  ecPair('another scalar', Buffer.alloc(32, 2), false),
  pair('SEC 1 without a curve', ownLeaf, sec1(own), false),
  pair(
    'SEC 1 with the public key of another',
    ownLeaf,
    sec1(
      own,
      curveTag('P-256'),
      composed(0xa1, [primitive(0x03, [0, ...pointOf('P-256', Buffer.alloc(32, 2))])]),
    ),
    true,
  ),
  pair(
    'SEC 1 with a public key of nothing',
    ownLeaf,
    sec1(own, curveTag('P-256'), composed(0xa1, [primitive(0x03, [])])),
    false,
  ),
  pair(
    'SEC 1 with a public key without a curve',
    ownLeaf,
    sec1(own, composed(0xa1, [primitive(0x03, [0])])),
    false,
  ),
  pair('SEC 1 of version 0', ownLeaf, sequence(integer(0n), primitive(0x04, own), curveTag('P-256')), false),
  pair('SEC 1 of version 2', ownLeaf, sequence(integer(2n), primitive(0x04, own), curveTag('P-256')), false),
  pair('SEC 1 with an empty tag for the curve', ownLeaf, sec1(own, composed(0xa0, [])), false),
  pair(
    'SEC 1 with an empty field in place of the public key',
    ownLeaf,
    sec1(own, curveTag('P-256'), NULL),
    false,
  ),
  pair(
    'SEC 1 with a field in place of the public key',
    ownLeaf,
    sec1(own, curveTag('P-256'), integer(1n)),
    true,
  ),
  pair('SEC 1 of another curve with the same scalar', ownLeaf, sec1(own, curveTag('P-384')), false),
  pair('PKCS #8 with the curve outside only', ownLeaf, ecPKCS8, true),
  pair(
    'PKCS #8 with the curve inside only',
    ownLeaf,
    privateKeyInfo(EC, [NULL], sec1(own, curveTag('P-256'))),
    true,
  ),
  pair('PKCS #8 with no curve', ownLeaf, privateKeyInfo(EC, [], sec1(own)), false),
  pair(
    'PKCS #8 with another curve inside',
    ownLeaf,
    privateKeyInfo(EC, [oid(CURVES['P-256'][0])], sec1(own, curveTag('P-384'))),
    true,
  ),
  pair(
    'PKCS #8 with another curve outside',
    ownLeaf,
    privateKeyInfo(EC, [oid(CURVES['P-384'][0])], sec1(own, curveTag('P-256'))),
    false,
  ),
  pair(
    'PKCS #8 with a curve outside that Go does not have',
    ownLeaf,
    privateKeyInfo(EC, [oid('2b8104000a')], sec1(own, curveTag('P-256'))),
    false,
  ),
  pair('PKCS #8 with attributes', ownLeaf, attributed(ecPKCS8, integer(0n), composed(0xa0, [])), true),
  pair(
    'PKCS #8 of version 1 with a public key',
    ownLeaf,
    attributed(ecPKCS8, integer(1n), primitive(0x81, [0, 1])),
    true,
  ),
  pair('PKCS #8 of version -1', ownLeaf, attributed(ecPKCS8, integer(-1n)), true),
  pair('PKCS #8 of a version above 64 bits', ownLeaf, attributed(ecPKCS8, integer(2n ** 63n)), false),
  pair('PKCS #8 of an unknown algorithm', ownLeaf, privateKeyInfo('2a03', [], sec1(own)), false),
  pair('Ed25519 as it was made', edLeaf, ed25519, true),
  pair('Ed25519 with a seed that ends early', edLeaf, edKey([], seed.subarray(0, -1)), false),
  pair(
    'Ed25519 with a seed of 31 octets',
    edLeaf,
    edKey([], write(primitive(0x04, Buffer.alloc(31)))),
    false,
  ),
  pair(
    'Ed25519 with bytes behind the seed',
    edLeaf,
    edKey([], Buffer.concat([seed.length > 32 ? seed : write(primitive(0x04, seed)), Buffer.of(0)])),
    true,
  ),
  pair('Ed25519 with parameters', edLeaf, edKey([NULL], seed), false),
];
