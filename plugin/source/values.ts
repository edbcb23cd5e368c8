import { isFields } from '../../core/schema/structural.ts';
import type { Chunk } from './chunk.ts';
import { splitItems } from './items.ts';
import { countKeys, indexJSON } from './json.ts';
import { countLines } from './text.ts';
import { type Parsed, parseYAML } from './yaml.ts';

/** One value of a document, and the chunks of its `items` where the text could be cut into them. */
export type Value = { readonly chunk: Chunk; readonly parsed: Parsed; readonly items?: readonly Chunk[] };

/** Deeper than any manifest, shallower than what recursion or Rego can walk. */
const maxDepth = 500;

/** The values of one document: YAML gives one or none, JSON as many as follow one another. Never throws. */
export function* valuesOf(chunk: Chunk): Generator<Value> {
  let start = skipSpace(chunk.text, 0);
  let line = chunk.line + countLines(chunk.text, 0, start);
  while (chunk.item !== true && chunk.text[start] === '{') {
    const value = jsonValue(chunk, start, line);
    if (value === undefined) break;
    yield value;
    const end = start + value.chunk.text.length;
    const next = skipSpace(chunk.text, end);
    line += countLines(chunk.text, start, next);
    start = next;
  }
  if (start < chunk.text.length) yield yamlValue(start === 0 ? chunk : rest(chunk, start));
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}

function rest(chunk: Chunk, start: number): Chunk {
  // Back to the line's start: indentation means something in YAML.
  const from = chunk.text.lastIndexOf('\n', start) + 1;
  const begin = chunk.text.slice(from, start).trim() === '' ? from : start;
  return { ...chunk, text: chunk.text.slice(begin), line: chunk.line + countLines(chunk.text, 0, begin) };
}

function jsonValue(whole: Chunk, start: number, line: number): Value | undefined {
  const index = indexJSON(whole.text, start);
  const chunk: Chunk = { file: whole.file, text: whole.text.slice(start, index.end), line };
  if (index.depth > maxDepth) {
    return {
      chunk,
      parsed: { ok: false, line, error: `nested deeper than ${maxDepth} levels: no manifest is` },
    };
  }
  const value = parseJSON(chunk.text);
  if (value === undefined) return undefined;
  // A repeated key is found by count alone; the YAML reader then names its line.
  if (countKeys(value) !== index.keys) return { chunk, parsed: repeated(chunk, value) };
  return { chunk, parsed: { ok: true, value, line }, items: itemChunks(chunk, index.items, start) };
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function repeated(chunk: Chunk, guess: unknown): Parsed {
  const parsed = parseYAML(chunk);
  const error = 'a key is written twice in the same object: remove one';
  return parsed.ok ? { ok: false, line: chunk.line, error, guess } : { ...parsed, guess };
}

function itemChunks(chunk: Chunk, starts: readonly number[], base: number): Chunk[] {
  let line = chunk.line;
  return starts.map((absolute, at) => {
    const start = absolute - base;
    line += countLines(chunk.text, at === 0 ? 0 : starts[at - 1]! - base, start);
    const end = (starts[at + 1] ?? chunk.text.length + base) - base;
    return { file: chunk.file, text: chunk.text.slice(start, end).replace(/[\s,\]]*$/, ''), line };
  });
}

function yamlValue(chunk: Chunk): Value {
  const split = splitItems(chunk);
  const head = split === undefined ? undefined : parseYAML(split.head);
  // Only a List has items that are documents; what else is called so belongs to its object.
  const cut = head?.ok === true && isFields(head.value) && /List$/.test(String(head.value.kind));
  if (split === undefined || head === undefined || !cut) return { chunk, parsed: parseYAML(chunk) };
  return { chunk, parsed: head, items: split.items };
}
