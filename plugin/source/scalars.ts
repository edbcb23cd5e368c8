const words = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    word => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    word => [word, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
]);
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const integer = /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const infinite = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;

/** The characters that a plain scalar begins with where it may be anything but a string. */
export const firstCharacters: readonly string[] = ['', ...'~yYnNtTfFoO-+.0123456789'];

/**
 * The value of a plain YAML scalar as kubectl reads it: YAML 1.1 by go-yaml v2 (resolve.go), where y, n, yes, no, on
 * and off are booleans, 010 is 8, and times and 1:30 stay strings. NaN stands for what JSON cannot say.
 */
export function plainValue(text: string): string | number | boolean | null {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (infinite.test(text)) return Number.NaN;
  return /^[-+.0-9]/.test(text) ? numberOf(text) : text;
}

function numberOf(text: string): string | number {
  // Behind a leading dot Go takes underscores between digits only.
  if (/^\.(_|.*(\D_|_\D|_$))/.test(text)) return text;
  const plain = text.replaceAll('_', '');
  if (integer.test(plain)) {
    const value = integerOf(plain);
    if (value >= -(2 ** 63) && value < 2 ** 64) return value;
  }
  const value = float.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : text;
}

function integerOf(plain: string): number {
  const digits = plain.replace(/^[-+]/, '');
  const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return plain.startsWith('-') ? 0 - value : value;
}
