import { goDuration } from '../go-duration.ts';
import { isList, type TomlValue } from '../toml/value.ts';

/** A kind of value that a key of seid's configuration takes. */
export type Kind = {
  /** What would be right, to follow `must be`. */
  readonly right: string;
  /**
   * The value that is meant, undefined where none is. Text counts as what is written in it: overrides are text, and
   * seid's own templates write numbers in quotes.
   */
  readonly read: (value: TomlValue) => TomlValue | undefined;
};

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
const writeModes =
  'memiavl_only migrate_evm evm_migrated migrate_all_but_bank all_migrated_but_bank migrate_bank flatkv_only test_only_dual_write cosmos_only dual_write split_write';

/** The kinds by the names that the tables of keys use; the rules are those of sei-config's types and validation. */
export const kinds = {
  string: { right: 'a text of one line', read: value => (isLine(value) ? value : undefined) },
  bool: { right: 'true or false', read: booleanOf },
  int: integer(least, most),
  count: integer(0n, most),
  workers: integer(-1n, most),
  int32: integer(-(2n ** 31n), 2n ** 31n - 1n),
  uint32: integer(0n, 2n ** 32n - 1n),
  uint16: integer(0n, 2n ** 16n - 1n),
  float: { right: 'a number', read: floatOf },
  ratio: { right: 'a number from 0 to 1', read: value => within(floatOf(value), 0, 1) },
  duration: duration('a duration such as 10s or 1h30m', Number.NEGATIVE_INFINITY),
  span: duration('a duration such as 10s or 1h30m, not below 0', 0),
  numeral: { right: 'a whole number, not below 0', read: value => /^\d+$/.exec(String(value))?.[0] },
  list: { right: 'texts with a comma between them', read: listOf },
  joined: { right: 'texts with a comma between them', read: value => listOf(value)?.join(',') },
  labels: { right: 'a list of lists of text', read: labelsOf },
  pruning: choice('default nothing everything custom'),
  format: choice('plain text json'),
  mode: choice('validator full seed archive'),
  cometMode: choice('validator full seed'),
  writeMode: choice(writeModes, true),
  readMode: choice('cosmos_only evm_first split_read', true),
} satisfies Readonly<Record<string, Kind>>;

function isLine(value: TomlValue | undefined): value is string {
  return typeof value === 'string' && value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value);
}

function booleanOf(value: TomlValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  if (/^(true|1|yes)$/i.test(value)) return true;
  return /^(false|0|no)$/i.test(value) ? false : undefined;
}

function integer(from: bigint, to: bigint): Kind {
  const read = (value: TomlValue) => {
    const number = typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : value;
    return typeof number === 'bigint' && number >= from && number <= to ? number : undefined;
  };
  return { right: `a whole number from ${from} to ${to}`, read };
}

function floatOf(value: TomlValue): number | undefined {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const isText = typeof value === 'string' && /^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(value);
  const number = isNumber || isText ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function within(number: number | undefined, from: number, to: number): number | undefined {
  return number !== undefined && number >= from && number <= to ? number : undefined;
}

function duration(right: string, from: number): Kind {
  const read = (value: TomlValue) => {
    const nanoseconds = typeof value === 'string' ? goDuration(value) : undefined;
    return nanoseconds !== undefined && nanoseconds >= from ? value : undefined;
  };
  return { right, read };
}

function listOf(value: TomlValue): string[] | undefined {
  if (value === '') return [];
  const items = isList(value) ? value : isLine(value) ? value.split(',').map(item => item.trim()) : undefined;
  return items?.every(item => isLine(item) && item !== '') ? (items as string[]) : undefined;
}

function labelsOf(value: TomlValue): TomlValue | undefined {
  return isList(value) && value.every(item => isList(item) && item.every(isLine)) ? value : undefined;
}

function choice(words: string, orNone = false): Kind {
  const known = words.split(' ');
  const read = (value: TomlValue) =>
    known.includes(String(value)) || (orNone && value === '') ? value : undefined;
  return { right: `one of ${known.join(', ')}`, read };
}
