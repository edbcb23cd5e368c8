import { isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import type { Chunk } from './chunk.ts';
import { treeOf } from './yaml.ts';

/**
 * The line (from 1, in the file) of a field such as `spec.sidecar.tls` or `data["tls.crt"]`, or of its nearest
 * ancestor that is written; `line`, where the object begins, if nothing is. The text is read again on each call:
 * only objects with findings pay for positions.
 */
export function lineOfField(chunk: Chunk, line: number, field: string): number {
  return lineIn(chunk, segmentsOf(`${chunk.path ?? ''}.${field}`)) ?? line;
}

/** The lines where the `count` items of a list begin; the list's own where they cannot be told. */
export function itemLines(chunk: Chunk, count: number): number[] {
  const items = [...segmentsOf(chunk.path ?? ''), 'items'];
  return Array.from({ length: count }, (_, at) => {
    return lineIn(chunk, [...items, String(at)]) ?? chunk.line;
  });
}

/** The tree last read: questions about one document come one after another. */
let last: { readonly text: string; readonly root: unknown; readonly lines: LineCounter } | undefined;

function lineIn(chunk: Chunk, segments: readonly string[]): number | undefined {
  try {
    if (last?.text !== chunk.text) last = read(chunk.text);
    const { root, lines } = last;
    const offset = offsetOf(chunk.item && isSeq(root) ? root.items[0] : root, segments);
    return offset === undefined ? undefined : chunk.line + lines.linePos(offset).line - 1;
  } catch {
    return undefined;
  }
}

function read(text: string): { text: string; root: unknown; lines: LineCounter } {
  const lines = new LineCounter();
  return { text, root: treeOf(text, lines).contents, lines };
}

function segmentsOf(field: string): string[] {
  return [...field.matchAll(/\[("(?:[^"\\]|\\.)*"|\d+)\]|([^.[\]]+)/g)].map(([, bracket, name]) => {
    return name ?? (bracket?.startsWith('"') ? (JSON.parse(bracket) as string) : (bracket ?? ''));
  });
}

function offsetOf(root: unknown, segments: readonly string[]): number | undefined {
  let node = root;
  let offset: number | undefined;
  for (const segment of segments) {
    const child = childOf(node, segment);
    if (child === undefined) return offset;
    offset = child.offset ?? offset;
    node = child.node;
  }
  return offset;
}

function childOf(node: unknown, segment: string): { node: unknown; offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment);
    return pair && { node: pair.value, offset: (pair.key as Node).range?.[0] };
  }
  const item = isSeq(node) ? node.items[Number(segment)] : undefined;
  return item === undefined ? undefined : { node: item, offset: (item as Node).range?.[0] };
}
