import { failure, type Result, success } from '../result.ts';
import { type Curve, curveOf, isOnCurve, toBigInt } from './curve.ts';
import { type DER, der } from './der.ts';
import { OBJECT_IDENTIFIER, SEQUENCE } from './tags.ts';
import { hex } from './text.ts';
import {
  isPositive,
  magnitude,
  readBitString,
  readInteger,
  readOID,
  rightAligned,
  toInt64,
} from './values.ts';

/**
 * A subject public key. RSA: modulus `n` in hex without leading zeros, exponent `e` in decimal, `bits` of the modulus.
 * ECDSA: the uncompressed point in hex. `unknown` is any algorithm that Go leaves unread, X25519 and Ed448 among them.
 */
export type PublicKey =
  | { readonly kind: 'rsa'; readonly n: string; readonly e: string; readonly bits: number }
  | { readonly kind: 'ecdsa'; readonly curve: Curve['name']; readonly point: string }
  | { readonly kind: 'ed25519'; readonly key: string }
  | { readonly kind: 'dsa' }
  | { readonly kind: 'unknown'; readonly algorithm: string };

/** Reads the content of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) and checks the key as Go does. */
export function readPublicKey(from: DER): Result<PublicKey> {
  const algorithm = from.read(SEQUENCE);
  const oid = algorithm && readOID(algorithm);
  if (!algorithm || oid === undefined) return failure('malformed public key algorithm');
  const parameters = algorithm.empty ? null : algorithm.any();
  if (parameters === undefined) return failure('malformed public key parameters');
  const bits = readBitString(from);
  if (!bits) return failure('malformed public key');
  const read = readers.get(oid);
  return read ? read(rightAligned(bits), parameters) : success({ kind: 'unknown', algorithm: oid });
}

type Reader = (key: Uint8Array, parameters: DER | null) => Result<PublicKey>;

const readers: ReadonlyMap<string, Reader> = new Map([
  ['1.2.840.113549.1.1.1', rsa],
  ['1.2.840.10045.2.1', ecdsa],
  ['1.3.101.112', ed25519],
  ['1.2.840.10040.4.1', dsa],
]);

// RFC 3279 §2.3.1.
function rsa(key: Uint8Array, parameters: DER | null): Result<PublicKey> {
  if (!parameters || hex(parameters.element) !== '0500') return failure('RSA key without NULL parameters');
  const fields = der(key).read(SEQUENCE);
  const n = fields && readInteger(fields);
  const e = n && readInteger(fields);
  if (!n || !e || toInt64(e) === undefined) return failure('invalid RSA public key');
  if (!isPositive(n)) return failure('RSA modulus is not positive');
  if (!isPositive(e)) return failure('RSA public exponent is not positive');
  const modulus = magnitude(n);
  const bits = modulus.length * 8 - (Math.clz32(modulus[0]!) - 24);
  return success({ kind: 'rsa', n: hex(modulus).replace(/^0/, ''), e: String(toBigInt(magnitude(e))), bits });
}

// RFC 5480 §2.1.1: named curves only.
function ecdsa(key: Uint8Array, parameters: DER | null): Result<PublicKey> {
  const oid = parameters?.tag === OBJECT_IDENTIFIER ? readOID(der(parameters.element)) : undefined;
  if (oid === undefined) return failure('invalid ECDSA parameters');
  const curve = curveOf(oid);
  if (!curve) return failure(`unsupported elliptic curve ${oid}`);
  if (!isOnCurve(curve, key)) return failure(`public key is not an uncompressed point of ${curve.name}`);
  return success({ kind: 'ecdsa', curve: curve.name, point: hex(key) });
}

// RFC 8410 §3.
function ed25519(key: Uint8Array, parameters: DER | null): Result<PublicKey> {
  if (parameters) return failure('Ed25519 key with parameters');
  return key.length === 32
    ? success({ kind: 'ed25519', key: hex(key) })
    : failure('Ed25519 key is not 32 octets long');
}

// RFC 3279 §2.3.2.
function dsa(key: Uint8Array, parameters: DER | null): Result<PublicKey> {
  const group = parameters?.tag === SEQUENCE ? parameters.again() : undefined;
  const y = readInteger(der(key));
  const numbers = group ? [y, readInteger(group), readInteger(group), readInteger(group)] : [];
  return numbers.length === 4 && numbers.every(number => number !== undefined && isPositive(number))
    ? success({ kind: 'dsa' })
    : failure('invalid DSA public key');
}
