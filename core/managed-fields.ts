const opening = Buffer.from('"managedFields":[');
const [quote, backslash, open, close] = [...Buffer.from('"\\[]')];

/**
 * The text of JSON, with every `managedFields` (Kubernetes API, ObjectMeta) made an empty array: they are half of a pod, and
 * to parse and throw them away takes most of the time and memory of a list. Found where nothing stands between key, colon
 * and array, as an API server writes it; what else there is, broken JSON too, stays as it is.
 *
 * @param json in UTF-8.
 */
export function withoutManagedFields(json: Buffer): string {
  const kept = Buffer.allocUnsafe(json.length);
  let [length, from] = [0, 0];
  // No string holds the opening: in one its quotes are escaped.
  for (let at = json.indexOf(opening); at !== -1; at = json.indexOf(opening, from)) {
    const start = at + opening.length;
    const end = endOfArray(json, start);
    if (end === -1) break;
    length += json.copy(kept, length, from, start);
    from = end;
  }
  length += json.copy(kept, length, from);
  return kept.toString('utf8', 0, length);
}

/** Where an array closes. @param from after its bracket. @returns -1 where it does not. */
function endOfArray(json: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) at = endOfString(json, at + 1);
    else if (byte === open) depth += 1;
    else if (byte === close) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return -1;
}

function endOfString(json: Buffer, from: number): number {
  let at = from;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}
