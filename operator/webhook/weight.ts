/** Lists, objects and what is in them: what the API server takes has far fewer, and a million take 100 MB at most. */
const most = 1_000_000;
/** As deep as the API server reads JSON. */
const deepest = 10_000;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [list, listEnd, object, objectEnd] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether a text of JSON would come to more values, or deeper ones, than any review has. Forty megabytes of `[],` come to
 * half a gigabyte, and as many of `[` end the process: this is to be asked before they are parsed.
 */
export function isTooHeavy(body: Buffer): boolean {
  let [values, depth] = [0, 0];
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) at = endOfString(body, at);
    else if (byte === list || byte === object) {
      values += 1;
      depth += 1;
    } else if (byte === listEnd || byte === objectEnd) depth -= 1;
    else if (byte === comma) values += 1;
    if (values > most || depth > deepest) return true;
  }
  return false;
}

function endOfString(body: Buffer, begin: number): number {
  let end = body.indexOf(quote, begin + 1);
  while (end !== -1 && isEscaped(body, end)) end = body.indexOf(quote, end + 1);
  return end === -1 ? body.length : end;
}

function isEscaped(body: Buffer, at: number): boolean {
  let first = at;
  while (body[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 1;
}
