import { withField } from '../grammar.ts';
import { inverse, type Numbers, rsaPrivateKey, rsaPublicKeyInfo } from '../rsanumbers.ts';
import { type Corner, leaf, pair } from './corner.ts';

// Small primes: no size is too small for Go's loader.
const [p, q] = [2n ** 127n - 1n, 2n ** 89n - 1n];
const numbers = keyOf(p, q);
const d = numbers.d;
const third = 2n ** 61n - 1n;

// p - 1 and q - 1 share all but 2 and 6, so that a d of few bits goes with an e of few.
const shared = 2n ** 60n + 449n;
const [smoothP, smoothQ] = [6n * shared + 1n, 2n * shared + 1n];

function keyOf(first: bigint, second: bigint, e = 65537n, period = (first - 1n) * (second - 1n)): Numbers {
  const own = inverse(e, period)!;
  const crt = [own % (first - 1n), own % (second - 1n), inverse(second, first) ?? 1n];
  return { n: first * second, e, d: own, primes: [first, second], crt };
}

// Not what they claim to be; d to match, CRT values left for Go to work out.
function composite(first: bigint, second: bigint): Numbers {
  const period = (first - 1n) * (second - 1n);
  const e = [7n, 11n, 13n, 17n, 19n, 23n, 29n].find(each => inverse(each, period))!;
  return { ...keyOf(first, second, e), d: inverse(e, period)!, crt: [] };
}

function rsaPair(title: string, change: Partial<Numbers>, expected: boolean, version?: number): Corner {
  const key = { ...numbers, ...change };
  const info = rsaPublicKeyInfo(key);
  return pair(`RSA ${title}`, withField(leaf, 6, info), rsaPrivateKey(key, version), expected);
}

/** RSA private keys in PKCS #1. */
export const rsaKeys: readonly Corner[] = [
  rsaPair('of 216 bits', {}, true),
  rsaPair('with primes swapped', { primes: [q, p] }, false),
  rsaPair(
    'with primes swapped and CRT values to match',
    { primes: [q, p], crt: [d % (q - 1n), d % (p - 1n), inverse(p, q)!] },
    true,
  ),
  rsaPair('without CRT values', { crt: [] }, true),
  rsaPair('with e of 1', { e: 1n, d: 1n, crt: [] }, false),
  rsaPair('with e of 2', { e: 2n }, false),
  rsaPair('with e below zero', { e: -65537n }, false),
  rsaPair('with e of 2^31 - 1', keyOf(p, q, 2n ** 31n - 1n), true),
  rsaPair('with e of 2^31 + 11', keyOf(p, q, 2n ** 31n + 11n), false),
  rsaPair('with d of half the bits', keyOf(smoothP, smoothQ, 7n, 6n * shared), false),
  rsaPair('with d of one bit more', keyOf(smoothP, smoothQ, 13n, 6n * shared), true),
  rsaPair('with primes 27 bits apart', keyOf(p, p - 2n ** 27n + 110n), false),
  rsaPair('with primes 28 bits apart', keyOf(p, p - 2n ** 27n - 58n), true),
  rsaPair('with primes 27 bits apart, the larger one last', keyOf(p - 2n ** 27n + 110n, p), false),
  rsaPair('with d of n', { d: numbers.n }, false),
  rsaPair('with d one period up', { d: d + (p - 1n) * (q - 1n) }, false),
  rsaPair('with a dP of zero', { crt: [0n, ...numbers.crt.slice(1)] }, false),
  rsaPair('with a qInv one period up', { crt: [...numbers.crt.slice(0, 2), numbers.crt[2]! + p] }, false),
  rsaPair('with p twice', { n: p * p, primes: [p, p], d: inverse(65537n, p - 1n)!, crt: [] }, false),
  rsaPair('with a prime of 1', { primes: [1n, p * q], crt: [] }, false),
  rsaPair('with a p that is even', composite(6n, 11n), false),
  rsaPair('with a q that is even', composite(11n, 6n), false),
  rsaPair('with a p that is no prime', composite(341n, 7n), false),
  rsaPair('with a q that is no prime', composite(7n, 341n), true),
  rsaPair('with a p that passes for a prime to q', composite(341n, 2n ** 61n - 1n), true),
  rsaPair('with a p of n', { ...keyOf(q, 3n, 65537n, q - 1n), n: q, crt: [] }, false),
  rsaPair('with a q of n', { ...keyOf(3n, q, 65537n, q - 1n), n: q, crt: [] }, false),
  rsaPair(
    'with a d of n that is an inverse of e',
    { n: 15n, e: 3n, d: 15n, primes: [5n, 3n], crt: [] },
    false,
  ),
  rsaPair(
    'with a d below n that is an inverse of e',
    { n: 15n, e: 3n, d: 11n, primes: [5n, 3n], crt: [] },
    true,
  ),
  rsaPair(
    'with a p that is even, 1 to the power of itself',
    { n: 21n, e: 7n, d: 13n, primes: [6n, 7n], crt: [] },
    false,
  ),
  rsaPair(
    'with a p that is even, and CRT values',
    { n: 21n, e: 7n, d: 13n, primes: [6n, 7n], crt: [3n, 1n, 1n] },
    true,
  ),
  rsaPair('with n even', { n: 2n * p, primes: [2n, p], crt: [] }, false),
  rsaPair('of three primes', { n: p * q * third, primes: [p, q, third] }, true),
  rsaPair('of three primes that do not make n', { primes: [p, q, third] }, true),
  rsaPair('of three primes, the last twice', { primes: [p, third, third] }, false),
  rsaPair('of three primes, the last 1', { primes: [p, q, 1n] }, false),
  rsaPair('of three primes, the last 0', { primes: [p, q, 0n] }, false),
  rsaPair('of version 0 with three primes', { primes: [p, q, third] }, true, 0),
  rsaPair('of version 1 with two primes', {}, true, 1),
  rsaPair('of version 2', {}, false, 2),
  rsaPair('of version -1', {}, true, -1),
];
