import type { Chunk } from './chunk.ts';

/**
 * Cuts a block-style List into its items, so that each is read alone and one fault does not hide the others.
 * `head` is the list without them. Undefined where the text holds anything unusual, anchors first of all.
 */
export function splitItems(chunk: Chunk): { readonly head: Chunk; readonly items: Chunk[] } | undefined {
  const { text } = chunk;
  if (text.includes('&') || text.includes('*')) return undefined;
  const opening = /^items:[ ]*\r?\n/m.exec(text);
  if (opening === null) return undefined;
  const begin = opening.index + opening[0].length;
  const dash = /^ *- /.exec(text.slice(begin, begin + 20))?.[0];
  if (dash === undefined) return undefined;
  const cut = cutAt(chunk, opening.index, begin, dash);
  const head = `${text.slice(0, opening.index)}items: []\n${text.slice(cut.end)}`;
  return { head: { ...chunk, text: head }, items: cut.items };
}

function cutAt(chunk: Chunk, opening: number, begin: number, dash: string): { items: Chunk[]; end: number } {
  const { text, file } = chunk;
  const items: Chunk[] = [];
  let line = chunk.line + lineEnds(text, 0, begin);
  let start = begin;
  let startLine = line;
  let at = begin;
  for (; at < text.length; line += 1) {
    const end = text.indexOf('\n', at) + 1 || text.length;
    if (at > start && text.startsWith(dash, at)) {
      items.push({ file, text: text.slice(start, at), line: startLine, item: true });
      start = at;
      startLine = line;
    } else if (at > opening && /[^\s#-]/.test(text[at] ?? '')) break;
    at = end;
  }
  items.push({ file, text: text.slice(start, at), line: startLine, item: true });
  return { items, end: at };
}

function lineEnds(text: string, start: number, end: number): number {
  return text.slice(start, end).split('\n').length - 1;
}
