import type { Random } from './random.ts';
import { composed, primitive, type TLV } from './tlv.ts';

/** The numbers of an RSA private key in the order of RSAPrivateKey; CRT values and further primes may be left out. */
export type Numbers = { n: bigint; e: bigint; d: bigint; primes: bigint[]; crt: bigint[] };

/** A good key of any size, most of them toys. */
export function randomRSA(random: Random): Numbers {
  for (;;) {
    const bits = random.pick([4, 8, 16, 32, 64, 65, 120, 256]);
    const primes = Array.from({ length: random.pick([2, 2, 2, 3]) }, () =>
      prime(random, Math.max(3, bits + random.below(4) - 2)),
    );
    const n = product(primes);
    const order = product(primes.map(p => p - 1n));
    const e = random.pick([3n, 5n, 17n, 65537n, 2147483647n, BigInt(random.below(2 ** 31)) | 1n]);
    const d = inverse(e, order);
    if (d) return { n, e, d, primes, crt: crtOf(d, primes) };
  }
}

/** A key with something wrong, or merely odd, about its numbers. */
export function twisted(random: Random, key: Numbers): Numbers {
  const copy = { ...key, primes: [...key.primes], crt: [...key.crt] };
  const [p, q] = copy.primes as [bigint, bigint];
  const carmichael = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n);
  random.pick<() => void>([
    () => {},
    () => (copy.crt = []),
    () => (copy.crt = copy.crt.slice(0, 1 + random.below(2))),
    () => (copy.crt[random.below(3)]! += random.pick([1n, -1n, p, q, p - 1n, q - 1n])),
    () => copy.primes.reverse(),
    () => {
      copy.primes = [q, p];
      copy.crt = random.below(2) === 0 ? crtOf(copy.d, copy.primes) : [];
    },
    () => (copy.d += carmichael),
    () => (copy.d %= carmichael),
    () => (copy.d += copy.n),
    () => (copy.d += 2n),
    () => (copy.e += random.pick([1n, 2n, 1n << 31n, 1n << 32n, 1n << 62n, 1n << 64n, carmichael])),
    () => (copy.e = random.pick([0n, 1n, 2n, -3n, copy.e])),
    () => (copy.n += random.pick([1n, 2n, -2n])),
    () => (copy.n = -copy.n),
    () => (copy.primes[random.below(2)] = random.pick([0n, 1n, 2n, -p, p * q, p + 2n, copy.n])),
    () => Object.assign(copy, composite(random, copy)),
    () => copy.primes.push(random.pick([prime(random, 16), 1n, 0n, -1n, p, 4n, 2n])),
    () => Object.assign(copy, twins(random)),
  ])();
  return copy;
}

/** RSAPrivateKey (RFC 8017 §A.1.2). */
export function rsaPrivateKey({ n, e, d, primes, crt }: Numbers, version = primes.length > 2 ? 1 : 0): TLV {
  const others = primes.slice(2).map(p => composed(0x30, [integer(p), integer(1n), integer(1n)]));
  return composed(0x30, [
    primitive(0x02, [version & 255]),
    ...[n, e, d, ...primes.slice(0, 2), ...crt].map(integer),
    ...(others.length > 0 ? [composed(0x30, others)] : []),
  ]);
}

/** SubjectPublicKeyInfo of the key's public half. */
export function rsaPublicKeyInfo({ n, e }: Numbers): TLV {
  const algorithm = composed(0x30, [
    primitive(0x06, Buffer.from('2a864886f70d010101', 'hex')),
    primitive(0x05, []),
  ]);
  const bits = { ...composed(0x03, [composed(0x30, [integer(n), integer(e)])]), prefix: Uint8Array.of(0) };
  return composed(0x30, [algorithm, bits]);
}

/** PrivateKeyInfo (RFC 5208 §5) around a private key, by the hex of its algorithm's OID. */
export function privateKeyInfo(oid: string, parameters: readonly TLV[], key: TLV): TLV {
  return composed(0x30, [
    primitive(0x02, [0]),
    composed(0x30, [primitive(0x06, Buffer.from(oid, 'hex')), ...parameters]),
    composed(0x04, [key]),
  ]);
}

/** An INTEGER in its shortest form. */
export function integer(value: bigint): TLV {
  let size = 1;
  while (BigInt.asIntN(8 * size, value) !== value) size++;
  return primitive(
    0x02,
    Buffer.from(
      BigInt.asUintN(8 * size, value)
        .toString(16)
        .padStart(2 * size, '0'),
      'hex',
    ),
  );
}

// Numbers that pass for primes in some of the checks, with e and d to match.
function composite(random: Random, key: Numbers): Partial<Numbers> {
  const p = random.pick([15n, 21n, 341n, 561n, 1105n, 9n, 25n, 6n, 10n, 2047n]);
  const q = random.pick([...key.primes, 7n, 11n, p, 3n]);
  const order = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n);
  const e = random.pick([3n, 7n, 11n, 13n, 65537n]);
  const d = inverse(e, order) ?? 1n;
  const n = random.pick([p * q, p * q, (p * q) / gcd(p, q), 2n * p * q + 1n]);
  const big = d + order * BigInt(random.below(50));
  return { n, e, d: big, primes: [p, q], crt: random.pick([[], crtOf(big, [p, q])]) };
}

// Primes next to each other.
function twins(random: Random): Partial<Numbers> {
  const size = random.pick([100, 128, 256]);
  let p = prime(random, size);
  const first = p;
  const gap = 1n << BigInt(random.below(size - 10));
  for (p += gap | 1n, p |= 1n; !isPrime(p); ) p += 2n;
  const d = inverse(65537n, (first - 1n) * (p - 1n)) ?? 1n;
  return { n: p * first, e: 65537n, d, primes: [p, first], crt: crtOf(d, [p, first]) };
}

function crtOf(d: bigint, [p, q]: readonly bigint[]): bigint[] {
  if (!p || !q || p < 2n || q < 2n) return [];
  return [d % (p - 1n), d % (q - 1n), inverse(q, p) ?? 1n];
}

function prime(random: Random, bits: number): bigint {
  for (;;) {
    const octets = BigInt(`0x${Buffer.from(random.bytes(Math.ceil(bits / 8))).toString('hex')}`);
    const candidate = BigInt.asUintN(bits, octets) | (1n << BigInt(bits - 1)) | 1n;
    if (isPrime(candidate)) return candidate;
  }
}

function isPrime(n: bigint): boolean {
  if (n < 4n) return n > 1n;
  const small = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];
  if (small.some(p => n % p === 0n)) return small.includes(n);
  return [2n, 3n, 5n].every(base => power(base, n - 1n, n) === 1n);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2))
    result = (((result * result) % modulus) * (bit === '1' ? base : 1n)) % modulus;
  return result;
}

/** The inverse of a value, undefined where it has none. */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [a, b, x, y] = [((value % modulus) + modulus) % modulus, modulus, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return a === 1n ? ((x % modulus) + modulus) % modulus : undefined;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function product(list: readonly bigint[]): bigint {
  return list.reduce((all, each) => all * each, 1n);
}
