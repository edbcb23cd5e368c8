import { createECDH } from 'node:crypto';
import { failure, type Result, success } from '../result.ts';
import { Fields } from './asn1.ts';
import { type Curve, curveOf, toBigInt } from './curve.ts';
import type { PublicKey } from './publickey.ts';
import { BIT_STRING, OBJECT_IDENTIFIER, OCTET_STRING } from './tags.ts';
import { bitString, dotted } from './values.ts';

/**
 * The public half of an ECPrivateKey (RFC 5915 §3), or what is wrong with the key; null where the bytes are no such
 * structure. `outerCurve` is the OID of the curve where PKCS #8 gives one: it wins. Zeros may be missing or too many
 * in front; the public key that may come along is not compared.
 */
export function readECKey(bytes: Uint8Array, outerCurve: string | undefined): Result<PublicKey> | null {
  const fields = new Fields(bytes).sequence();
  const version = fields?.int64();
  const key = version === undefined ? undefined : fields?.read(OCTET_STRING);
  if (!fields || !key) return null;
  const named = fields.optionalExplicit(0, OBJECT_IDENTIFIER);
  const innerCurve = named ? dotted(named.bytes, named.start, named.end) : named;
  if (innerCurve === undefined) return failure('malformed curve of the EC private key');
  const point = fields.optionalExplicit(1, BIT_STRING);
  if (point === undefined || (point && !bitString(point.content))) return failure('malformed EC private key');
  if (version !== 1) return failure('unknown version of the EC private key');
  const curve = curveOf(outerCurve ?? innerCurve ?? '');
  return curve ? publicPoint(curve, key.content) : failure('unknown elliptic curve of the private key');
}

function publicPoint(curve: Curve, key: Uint8Array): Result<PublicKey> {
  const extra = Math.max(key.length - curve.size, 0);
  const scalar = toBigInt(key.subarray(extra));
  if (key.subarray(0, extra).some(octet => octet !== 0)) return failure('EC private key is too long');
  if (scalar === 0n || scalar >= curve.n) return failure('EC private key is out of range');
  const padded = Buffer.alloc(curve.size);
  padded.set(key.subarray(extra), curve.size - (key.length - extra));
  try {
    const pair = createECDH(curve.openssl);
    pair.setPrivateKey(padded);
    return success({ kind: 'ecdsa', curve: curve.name, point: pair.getPublicKey('hex') });
  } catch {
    return failure(`${curve.name} is not available here`);
  }
}
