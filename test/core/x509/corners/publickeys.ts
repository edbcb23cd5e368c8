import { withField } from '../grammar.ts';
import { integer } from '../rsanumbers.ts';
import { primitive, type TLV, write } from '../tlv.ts';
import { type Corner, certificate, hex, leaf, NULL, oid, sequence } from './corner.ts';
import { CURVES, type Curve, ecInfo, keyInfo, pointOf, scalarOf } from './curve.ts';

const keyed = (info: TLV): Uint8Array => withField(leaf, 6, info);
const rsaInfo = (...numbers: readonly TLV[]): TLV =>
  keyInfo('2a864886f70d010101', [NULL], [0, ...write(sequence(...numbers))]);
const rsaKeyed = (...numbers: readonly TLV[]): Uint8Array => keyed(rsaInfo(...numbers));
/** Public keys of all algorithms. */
export const publicKeys: readonly Corner[] = [
  ...(Object.keys(CURVES) as Curve[]).map(curve =>
    certificate(`a public key of ${curve}`, keyed(ecInfo(curve, pointOf(curve, scalarOf(curve)))), true),
  ),
  certificate(
    'a compressed point',
    keyed(ecInfo('P-256', pointOf('P-256', scalarOf('P-256'), 'compressed'))),
    false,
  ),
  certificate('the point at infinity', keyed(ecInfo('P-256', [0] as unknown as Uint8Array)), false),
  certificate('a point of another curve', keyed(ecInfo('P-256', pointOf('P-384', scalarOf('P-384')))), false),
  certificate(
    'a point beside the curve',
    keyed(ecInfo('P-256', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]))),
    false,
  ),
  certificate(
    'a point with a hybrid form',
    keyed(ecInfo('P-256', Buffer.concat([Buffer.of(6), pointOf('P-256', scalarOf('P-256')).subarray(1)]))),
    false,
  ),
  certificate(
    'a point without octets',
    keyed(keyInfo('2a8648ce3d0201', [oid('2a8648ce3d030107')], [0])),
    false,
  ),
  certificate('an EC key without parameters', keyed(keyInfo('2a8648ce3d0201', [], [0, 4])), false),
  certificate('a point of P-521 with x above the field', keyed(ecInfo('P-521', above(1))), false),
  certificate('a point of P-521 with y above the field', keyed(ecInfo('P-521', above(67))), false),
  certificate(
    'an RSA key one bit from the octet',
    keyed(keyInfo('2a864886f70d010101', [NULL], hex('01600c04021e040206'))),
    true,
  ),
  certificate('an RSA key', rsaKeyed(integer(15n), integer(3n)), true),
  certificate(
    'an RSA key with parameters other than NULL',
    keyed(keyInfo('2a864886f70d010101', [sequence()], [0, 0x30, 6, 2, 1, 15, 2, 1, 3])),
    false,
  ),
  certificate(
    'an RSA key with a NULL that is not empty',
    keyed(keyInfo('2a864886f70d010101', [primitive(0x05, [0])], [0, 0x30, 6, 2, 1, 15, 2, 1, 3])),
    false,
  ),
  certificate('an RSA key with more behind', rsaKeyed(integer(15n), integer(3n), NULL), true),
  certificate('an RSA modulus of 0', rsaKeyed(integer(0n), integer(3n)), false),
  certificate('an RSA modulus of 1', rsaKeyed(integer(1n), integer(3n)), true),
  certificate('an even RSA modulus', rsaKeyed(integer(16n), integer(3n)), true),
  certificate('an RSA modulus below zero', rsaKeyed(integer(-15n), integer(3n)), false),
  certificate('an RSA modulus with leading zeros', rsaKeyed(primitive(0x02, [0, 15]), integer(3n)), false),
  certificate('an RSA modulus of 512 bits', rsaKeyed(integer(2n ** 511n + 1n), integer(3n)), true),
  certificate('an RSA exponent of 0', rsaKeyed(integer(15n), integer(0n)), false),
  certificate('an RSA exponent below zero', rsaKeyed(integer(15n), integer(-3n)), false),
  certificate('an RSA exponent of 1', rsaKeyed(integer(15n), integer(1n)), true),
  certificate('an RSA exponent of 2', rsaKeyed(integer(15n), integer(2n)), true),
  certificate('an RSA exponent of 2^31', rsaKeyed(integer(15n), integer(2n ** 31n)), true),
  certificate('an RSA exponent of 2^63 - 1', rsaKeyed(integer(15n), integer(2n ** 63n - 1n)), true),
  certificate('an RSA exponent of 2^63', rsaKeyed(integer(15n), integer(2n ** 63n)), false),
  certificate('an RSA key for PSS', keyed(keyInfo('2a864886f70d01010a', [], [0])), true),
  certificate('an Ed25519 key of 31 octets', keyed(keyInfo('2b6570', [], Buffer.alloc(32))), false),
  certificate('an Ed25519 key of zeros', keyed(keyInfo('2b6570', [], Buffer.alloc(33))), true),
  certificate('an Ed448 key', keyed(keyInfo('2b6571', [], Buffer.alloc(58))), true),
  certificate('an ML-DSA key', keyed(keyInfo('608648016503040312', [], Buffer.alloc(1953))), true),
  certificate('an X25519 key of no octets', keyed(keyInfo('2b656e', [NULL], [0])), true),
  certificate(
    'a key of an unknown algorithm with a broken bit string',
    keyed(keyInfo('2a03', [], [])),
    false,
  ),
  certificate(
    'a DSA key',
    keyed(keyInfo('2a8648ce380401', [sequence(integer(23n), integer(11n), integer(2n))], [0, 2, 1, 4])),
    true,
  ),
  certificate('a DSA key without a group', keyed(keyInfo('2a8648ce380401', [], [0, 2, 1, 4])), false),
  certificate(
    'a DSA key of 0',
    keyed(keyInfo('2a8648ce380401', [sequence(integer(23n), integer(11n), integer(2n))], [0, 2, 1, 0])),
    false,
  ),
];

// The same point but for a multiple of p in the coordinate at `from`: 66 octets have room for it.
function above(from: number): Uint8Array {
  const point = Buffer.from(pointOf('P-521', scalarOf('P-521')));
  const sum = BigInt(`0x${point.toString('hex', from, from + 66)}`) + 2n ** 521n - 1n;
  point.write(sum.toString(16).padStart(132, '0'), from, 'hex');
  return point;
}
