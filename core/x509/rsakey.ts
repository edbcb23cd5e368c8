import { failure, type Result, success } from '../result.ts';
import { Fields } from './asn1.ts';
import { toBigInt } from './curve.ts';
import type { PublicKey } from './publickey.ts';
import { type RSANumbers, rsaProblem } from './rsacheck.ts';

/** Our own ceiling, far above any key in use, so that a hostile one cannot keep the process busy. */
export const MAX_RSA_KEY_OCTETS = 16_384;

/**
 * The public half of an RSAPrivateKey (RFC 8017 §A.1.2), or what is wrong with the key; null where the bytes are no
 * such structure. Version 0 or 1; trailing fields are let be, trailing bytes are not; the CRT values may be left out.
 */
export function readRSAKey(bytes: Uint8Array): Result<PublicKey> | null {
  const outer = new Fields(bytes);
  const fields = outer.sequence();
  const version = fields?.int64();
  if (!fields || version === undefined) return null;
  const n = fields.integer();
  const e = n && fields.int64();
  if (!n || e === undefined) return null;
  if (bytes.length > MAX_RSA_KEY_OCTETS)
    return failure(`RSA private key of more than ${MAX_RSA_KEY_OCTETS} octets`);
  const numbers = readNumbers(fields, n, e);
  if (!numbers) return failure('malformed RSA private key');
  if (!outer.empty) return failure('trailing data after the RSA private key');
  if (version > 1) return failure('unsupported version of the RSA private key');
  const problem = rsaProblem(numbers);
  if (problem) return failure(`RSA private key: ${problem}`);
  return success({ kind: 'rsa', n: numbers.n.toString(16), e: String(e), bits: numbers.bits });
}

function readNumbers(fields: Fields, modulus: Fields, e: number): RSANumbers | undefined {
  const required = [modulus, fields.integer(), fields.integer(), fields.integer()];
  const crt = [fields.optionalInteger(), fields.optionalInteger(), fields.optionalInteger()];
  const others = readOtherPrimes(fields);
  if (required.includes(undefined) || crt.includes(undefined) || !others) return undefined;
  const [n, d, p, q] = required.map(value => signed(value!)) as [bigint, bigint, bigint, bigint];
  const [dP, dQ, qInv] = crt.map(value => (value ? signed(value) : undefined));
  return { n, bits: bitLength(modulus), e, d, primes: [p, q, ...others], dP, dQ, qInv };
}

// The exponent and coefficient of a further prime have to be there, and are never looked at.
function readOtherPrimes(fields: Fields): bigint[] | undefined {
  const list = fields.optional(0x30);
  if (list === undefined) return undefined;
  const primes: bigint[] = [];
  while (list && !list.empty) {
    const other = list.sequence();
    const [prime, exponent, coefficient] = [other?.integer(), other?.integer(), other?.integer()];
    if (!prime || !exponent || !coefficient) return undefined;
    primes.push(signed(prime));
  }
  return primes;
}

// Of an INTEGER in its shortest form that is not negative: where its first octet is there for the sign, the next is full.
function bitLength({ content }: Fields): number {
  return 8 * content.length + 24 - Math.clz32(content[0]!);
}

function signed({ content }: Fields): bigint {
  return BigInt.asIntN(8 * content.length, toBigInt(content));
}
