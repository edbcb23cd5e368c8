import { type Chunk, partsOf, type Span } from './chunk.ts';

/**
 * Cuts a document of JSON objects, one behind the other, into one document each, as kubectl reads them. Anything else
 * is left as it is.
 */
export function cutJSON(chunk: Chunk): Iterable<Chunk> {
  return partsOf(chunk, objectsIn(chunk.text));
}

/** Where the elements of the first list called `items` begin and end; undefined where they are not all objects. */
export function jsonItems(text: string): { readonly list: Span; readonly items: Span[] } | undefined {
  const opening = /"items"\s*:\s*\[/.exec(text);
  if (opening === null) return undefined;
  const start = opening.index + opening[0].length;
  const items: Span[] = [];
  for (let at = skip(text, start, true); text[at] === '{'; at = skip(text, items.at(-1)![1], true))
    items.push([at, objectEnd(text, at)]);
  const end = items.at(-1)?.[1] ?? start;
  const closing = skip(text, end);
  return text[closing] === ']' ? { list: [opening.index, closing + 1], items } : undefined;
}

function* objectsIn(text: string): Generator<Span> {
  let start = 0;
  for (let at = skip(text, 0); text[at] === '{'; at = start) {
    const next = skip(text, objectEnd(text, at));
    if (next < text.length && text[next] !== '{') break;
    yield [start, next];
    start = next;
  }
  if (start < text.length) yield [start, text.length];
}

function skip(text: string, start: number, comma = false): number {
  let at = start;
  while (at < text.length && (text.charCodeAt(at) <= 32 || (comma && text[at] === ','))) at += 1;
  return at;
}

/** Just behind the object that begins at `start`: only brackets and strings are looked at. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) at = stringEnd(text, at);
    else if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** The closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
