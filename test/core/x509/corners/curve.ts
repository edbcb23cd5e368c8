import { createECDH } from 'node:crypto';
import type { TLV } from '../tlv.ts';
import { primitive } from '../tlv.ts';
import { oid, sequence } from './corner.ts';

/** A SubjectPublicKeyInfo, by the hex of its algorithm's OID. */
export const keyInfo = (
  digits: string,
  parameters: readonly TLV[],
  bits: readonly number[] | Uint8Array,
): TLV => sequence(sequence(oid(digits), ...parameters), primitive(0x03, bits));

/** OIDs in hex, and OpenSSL's names. */
export const CURVES = {
  'P-224': ['2b81040021', 'secp224r1'],
  'P-256': ['2a8648ce3d030107', 'prime256v1'],
  'P-384': ['2b81040022', 'secp384r1'],
  'P-521': ['2b81040023', 'secp521r1'],
} as const;
const SIZES = { 'P-224': 28, 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;
export type Curve = keyof typeof CURVES;

/** The public point of a scalar. */
export function pointOf(
  curve: Curve,
  scalar: Uint8Array,
  form: 'uncompressed' | 'compressed' = 'uncompressed',
): Buffer {
  const ecdh = createECDH(CURVES[curve][1]);
  ecdh.setPrivateKey(Buffer.from(scalar));
  return ecdh.getPublicKey(null, form) as unknown as Buffer;
}

/** The SubjectPublicKeyInfo of a point. */
export const ecInfo = (curve: Curve, point: Uint8Array): TLV =>
  keyInfo('2a8648ce3d0201', [oid(CURVES[curve][0])], [0, ...point]);
/** A scalar for any key. */
export const scalarOf = (curve: Curve): Buffer => Buffer.alloc(SIZES[curve], 1);
