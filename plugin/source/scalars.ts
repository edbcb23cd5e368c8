import type { ScalarTag } from 'yaml';

const yes = /^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const no = /^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const nothing = /^(|~|null|Null|NULL)$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const integer = /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const infinite = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;

/**
 * The value of a plain YAML scalar as kubectl reads it: YAML 1.1 by go-yaml v2 (resolve.go), where y, n, yes, no, on
 * and off are booleans, 010 is 8, and times and 1:30 stay strings. Throws on infinity and NaN, which JSON lacks.
 */
export function plainValue(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  // Letters that begin no special word: by far the most values.
  if (first > 57 && !/^[yYnNtTfFoO~]/.test(text)) return text;
  if (yes.test(text)) return true;
  if (no.test(text)) return false;
  if (nothing.test(text)) return null;
  if (infinite.test(text)) throw new RangeError('infinity and NaN have no place in JSON');
  return /^[-+.0-9]/.test(text) ? numberOf(text) : text;
}

/** The same as the tags of the `yaml` library, for its failsafe schema. */
export const kubectlTags: ScalarTag[] = [
  tagOf('null', nothing),
  tagOf('bool', /^[yYnNtTfFoO][a-zA-Z]*$/),
  tagOf('float', /^[-+.0-9]/),
  tagOf('int', /^[-+0-9]/),
  { tag: 'tag:yaml.org,2002:binary', resolve: text => Buffer.from(text, 'base64').toString('utf8') },
];

function tagOf(name: string, test: RegExp): ScalarTag {
  // A match that turns out to be text stays text: go-yaml falls back the same way.
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve: plainValue };
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
