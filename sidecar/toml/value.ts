/** A value as TOML has it: integers are bigint, floats number. */
export type TomlValue = string | bigint | number | boolean | Date | readonly TomlValue[];

/** A value as it is written in TOML 1.0. A date is none of those that we write. */
export function literal(value: TomlValue): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number') return floatOf(value);
  return isList(value) ? `[${value.map(literal).join(', ')}]` : String(value);
}

/** Whether two values are the same; an integer is never a float. */
export function isSame(one: TomlValue | undefined, other: TomlValue | undefined): boolean {
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  }
  return one instanceof Date && other instanceof Date ? +one === +other : Object.is(one, other);
}

/** Whether a value is an array. */
export function isList(value: TomlValue | undefined): value is readonly TomlValue[] {
  return Array.isArray(value);
}

/** A basic string has the escapes of JSON; DEL too must not stand in it. */
function textOf(value: string): string {
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}

function floatOf(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
