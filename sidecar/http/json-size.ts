/** How deep JSON may be nested, and how many values it may have: many times what a block has. */
const [deepest, most] = [64, 2_000_000];

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];

/**
 * Whether JSON can be parsed without harm: a parser makes gigabytes of some megabytes of brackets, and whoever walks through
 * what is nested deep runs out of stack.
 */
export function isParsable(json: Uint8Array): boolean {
  let [depth, values, quoted] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) quoted = !quoted;
    else if (quoted) at += byte === backslash ? 1 : 0;
    else if (byte === comma) values++;
    else if (byte === 0x5b || byte === 0x7b) [depth, values] = [depth + 1, values + 1];
    else if (byte === 0x5d || byte === 0x7d) depth--;
    if (depth > deepest || values > most) return false;
  }
  return true;
}
