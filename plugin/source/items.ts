import { type Fields, isFields } from '../../core/schema/structural.ts';
import { type Chunk, partsOf, type Span } from './chunk.ts';
import { jsonItems } from './json.ts';
import { parseYAML } from './yaml.ts';

/** What a list of objects says of its items: nothing, or their type; undefined where the value is no list. */
export function itemType(value: unknown): Fields | undefined {
  if (!isFields(value) || typeof value.kind !== 'string') return undefined;
  const { apiVersion, kind } = value;
  if (kind === 'List') return {};
  return kind.endsWith('List') && Object.hasOwn(value, 'items')
    ? { apiVersion, kind: kind.slice(0, -'List'.length) }
    : undefined;
}

/**
 * Cuts a List into its items by its text, so that no fault hides another item and no list is in memory as a whole;
 * `type` is what it says of them. Undefined where the text is unusual: then it is read in one piece.
 */
export function splitItems(
  chunk: Chunk,
): { readonly type: Fields; readonly items: Iterable<Chunk> } | undefined {
  const { text } = chunk;
  const json = /^\s*\{/.test(text);
  const cut = json ? jsonItems(text) : blockItems(text);
  if (cut === undefined || cut.items.length === 0) return undefined;
  const empty = json ? '"items": []' : 'items: []\n';
  const head = parseYAML({ ...chunk, text: text.slice(0, cut.list[0]) + empty + text.slice(cut.list[1]) });
  const type =
    head.ok && isFields(head.value) && isEmpty(head.value.items) ? itemType(head.value) : undefined;
  return type && { type, items: itemChunks(chunk, cut.items, !json) };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function* itemChunks(chunk: Chunk, items: readonly Span[], item: boolean): Generator<Chunk> {
  for (const part of partsOf(chunk, items)) yield { ...part, item };
}

function blockItems(text: string): { list: Span; items: Span[] } | undefined {
  const opening = /^items: *\r?\n(?= *- )/m.exec(text);
  if (opening === null || /[&*]/.test(text)) return undefined;
  const begin = opening.index + opening[0].length;
  const { starts, end } = cutAt(text, begin, text.slice(begin, text.indexOf('-', begin) + 2));
  return {
    list: [opening.index, end],
    items: starts.map((start, at) => [start, starts[at + 1] ?? end]),
  };
}

/** Where each item begins, and where the last one ends: at the first line of another key. */
function cutAt(text: string, begin: number, dash: string): { starts: number[]; end: number } {
  const starts: number[] = [];
  for (let at = begin; at < text.length; ) {
    if (text.startsWith(dash, at)) starts.push(at);
    else if (/[^\s#-]/.test(text[at]!)) return { starts, end: at };
    at = text.indexOf('\n', at) + 1 || text.length;
  }
  return { starts, end: text.length };
}
