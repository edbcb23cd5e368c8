/** The numbers of an RSA private key (RFC 8017 §3.2) with p and q first; CRT values where the key gives them. */
export type RSANumbers = {
  readonly n: bigint;
  /** Of n, without leading zeros. */
  readonly bits: number;
  readonly e: number;
  readonly d: bigint;
  readonly primes: readonly bigint[];
  readonly dP: bigint | undefined;
  readonly dQ: bigint | undefined;
  readonly qInv: bigint | undefined;
};

/** Our own ceiling on the modulus, see MAX_RSA_KEY_OCTETS. */
export const MAX_RSA_BITS = 16_384;

/**
 * What Go's crypto/rsa finds wrong with a private key, undefined where it takes it (FIPS 186-5 §A.1 and its own checks
 * on |p - q| and d). No size is too small. A key of more than two primes is hardly checked at all, and neither are
 * the primes for being prime.
 */
export function rsaProblem(key: RSANumbers): string | undefined {
  const { n, bits, d, primes, dP, dQ, qInv } = key;
  const numbers = [n, d, ...primes, dP ?? 1n, dQ ?? 1n, qInv ?? 1n];
  if (numbers.some(number => number <= 0n)) return 'zero or negative number';
  if (bits > MAX_RSA_BITS) return `modulus of more than ${MAX_RSA_BITS} bits`;
  return publicProblem(key) ?? (primes.length > 2 ? multiPrimeProblem(primes) : twoPrimeProblem(key));
}

function publicProblem({ n, e, d }: RSANumbers): string | undefined {
  if (n === 1n || n % 2n === 0n) return 'modulus is even or 1';
  if (e < 2 || e % 2 === 0) return 'public exponent is even or below 2';
  if (e > 0x7fffffff) return 'public exponent is above 2^31-1';
  return d < n ? undefined : 'private exponent is not below the modulus';
}

function twoPrimeProblem(key: RSANumbers): string | undefined {
  const [p, q] = key.primes as [bigint, bigint];
  // No p or q of 1 or 2 passes: n, which is odd and above both, would have to divide the other.
  if (p >= key.n || q >= key.n || (p * q) % key.n !== 0n) return 'p * q is not n';
  return crtProblem(key, p, q) ?? marginProblem(key, p, q);
}

function crtProblem({ e, d, ...given }: RSANumbers, p: bigint, q: bigint): string | undefined {
  const [dP, dQ] = [d % (p - 1n), d % (q - 1n)];
  if ((BigInt(e) * dP) % (p - 1n) !== 1n || (BigInt(e) * dQ) % (q - 1n) !== 1n)
    return 'd is not the inverse of e';
  if (given.dP === undefined || given.dQ === undefined || given.qInv === undefined) {
    return isInvertible(q, p) ? undefined : 'q has no inverse';
  }
  if (given.dP !== dP || given.dQ !== dQ) return 'd does not match dP and dQ';
  return given.qInv < p && (given.qInv * q) % p === 1n ? undefined : 'qInv is not the inverse of q';
}

// Where the key gives no coefficient, Go takes q^(p-2), which is q's inverse modulo a prime p.
function isInvertible(q: bigint, p: bigint): boolean {
  return p % 2n === 1n && power(q % p, p - 1n, p) === 1n;
}

// Primes too close together are found by Fermat's factorisation, a d too small by Wiener's.
function marginProblem({ bits, d }: RSANumbers, p: bigint, q: bigint): string | undefined {
  const half = bits >> 1;
  if (fits(p > q ? p - q : q - p, half - 100)) return 'p and q are too close';
  return fits(d, half) ? 'd is too small' : undefined;
}

function multiPrimeProblem(primes: readonly bigint[]): string | undefined {
  if (primes.some(prime => prime === 1n)) return 'prime is 1';
  let product = primes[0]!;
  for (const prime of primes.slice(1)) {
    if (!areCoprime(product, prime)) return 'primes are not relatively prime';
    product *= prime;
  }
  return undefined;
}

function areCoprime(a: bigint, b: bigint): boolean {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return x === 1n;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

/** Whether a number that is not negative has at most so many bits. */
function fits(number: bigint, bits: number): boolean {
  return number >> BigInt(Math.max(bits, 0)) === 0n;
}
