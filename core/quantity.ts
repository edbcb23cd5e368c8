/** An amount (Kubernetes API, resource.Quantity): how many billionths, and the family of suffixes it is written in. */
export type Quantity = { readonly nano: bigint; readonly suffixes: 'binary' | 'decimal' | 'exponent' };

const notation = /^([+-]?)(\d{0,64})(?:\.(\d{0,64}))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,2}))?$/;
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const million = 1_000_000n;
const billion = 1_000_000_000n;
const most = 2n ** 63n * billion;

/**
 * Reads an amount as the API server does: `2000Gi`, `1.5`, `500m`, `1e3`. What is finer than a billionth is rounded up.
 *
 * @returns undefined where it is no amount, or one of 2^63 and more, which the API server would cut off.
 */
export function parseQuantity(text: string | number): Quantity | undefined {
  const [, sign, whole = '', part = '', power, prefix, exponent] = notation.exec(String(text)) ?? [];
  if (sign === undefined || whole + part === '') return undefined;
  const factor =
    power === undefined
      ? tenTo(prefix === undefined ? Number(exponent ?? 0) : 3 * decimal.indexOf(prefix) - 9)
      : { times: 1024n ** BigInt(binary.indexOf(power) + 1), per: 1n };
  const size = dividedUp(
    BigInt(whole + part) * factor.times * billion,
    factor.per * 10n ** BigInt(part.length),
  );
  if (size >= most) return undefined;
  const suffixes = power !== undefined ? 'binary' : exponent !== undefined ? 'exponent' : 'decimal';
  return { nano: sign === '-' ? -size : size, suffixes };
}

/**
 * An amount in the form that the API server leaves as it is (`2048Gi` is `2Ti`, `0.5` is `500m`), so that what is wanted
 * compares equal with what is there. Like every list of resources it is rounded up to thousandths. What is no amount is
 * not touched, for the API server to refuse.
 */
export function canonicalQuantity(text: string | number): string {
  const quantity = parseQuantity(text);
  if (quantity === undefined) return String(text);
  const { nano, suffixes } = quantity;
  const size = dividedUp(nano < 0n ? -nano : nano, million) * million;
  const whole = size % billion === 0n && size >= 1024n * billion;
  const written = suffixes === 'binary' && whole ? inBinary(size / billion) : inDecimal(size, suffixes);
  return nano < 0n ? `-${written}` : written;
}

function tenTo(exponent: number): { times: bigint; per: bigint } {
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { times: 1n, per: power } : { times: power, per: 1n };
}

function dividedUp(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}

function inBinary(amount: bigint): string {
  const [left, steps] = reduced(amount, 1024n, binary.length);
  return `${left}${steps === 0 ? '' : binary[steps - 1]}`;
}

function inDecimal(nano: bigint, suffixes: Quantity['suffixes']): string {
  if (nano === 0n) return '0';
  const [left, steps] = reduced(nano, 1000n, decimal.length - 1);
  const exponent = 3 * steps - 9;
  return suffixes === 'exponent'
    ? `${left}${exponent === 0 ? '' : `e${exponent}`}`
    : `${left}${decimal[steps]}`;
}

/** Divides while nothing is lost. */
function reduced(amount: bigint, by: bigint, most: number): [left: bigint, steps: number] {
  let [left, steps] = [amount, 0];
  while (steps < most && left % by === 0n) {
    left /= by;
    steps += 1;
  }
  return [left, steps];
}
