/**
 * Decodes base64 (RFC 4648 §4) as a PEM body: spaces, tabs and line ends are skipped, padding has to be there, nothing
 * but line ends may follow it, and the unused bits of the last character may be anything. Undefined where it is broken.
 */
export function decodeBase64(text: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [group, count, at] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const value = values[text[i]!]!;
    if (value < 0) {
      if (value === BLANK) continue;
      return value === PADDING ? finish(text, i, out.subarray(0, at), group, count) : undefined;
    }
    group = (group << 6) | value;
    if (++count < 4) continue;
    out[at++] = group >> 16;
    out[at++] = group >> 8;
    out[at++] = group;
    group = count = 0;
  }
  return count === 0 ? out.subarray(0, at) : undefined;
}

const [BLANK, PADDING, INVALID] = [-1, -2, -3];
const values = new Int8Array(256).fill(INVALID);
for (const blank of ' \t\r\n') values[blank.charCodeAt(0)] = BLANK;
values['='.charCodeAt(0)] = PADDING;
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((character, value) => {
  values[character.charCodeAt(0)] = value;
});

// From the first `=` on: as many as are missing from the group of `count` characters, and then nothing.
function finish(
  text: Uint8Array,
  from: number,
  out: Uint8Array,
  group: number,
  count: number,
): Uint8Array | undefined {
  const rest = text.subarray(from).filter(character => values[character] !== BLANK);
  if (count < 2 || rest.length !== 4 - count || !rest.every(character => values[character] === PADDING)) {
    return undefined;
  }
  const whole = new Uint8Array(out.buffer, 0, out.length + count - 1);
  whole[out.length] = group >> (count === 2 ? 4 : 10);
  if (count === 3) whole[out.length + 1] = group >> 2;
  return whole;
}
