import type { Chunk } from './chunk.ts';
import { behind, type Events, entryAt, itemsAt, offsetOf } from './events.ts';
import { countLines } from './text.ts';

/** An object or value of a document, and the events that it was read from. */
export type Written = {
  readonly chunk: Chunk;
  readonly events: Events;
  /** Where it begins in the text of the chunk, and in which line of the file that is. */
  readonly offset: number;
  readonly line: number;
};

/** Where the root of a document stands. */
export function writtenAt(chunk: Chunk, events: Events): Written {
  const offset = Math.max(0, offsetOf(events[0]));
  return { chunk, events, offset, line: chunk.line + countLines(chunk.text, 0, offset) };
}

/**
 * The line (from 1, in the file) of a field such as `spec.sidecar.tls` or `data["tls.crt"]`, or of its nearest
 * ancestor that is written; the object's own if nothing is.
 */
export function lineOfField(written: Written, field: string): number {
  const { chunk, events, offset, line } = written;
  let found = offset;
  let at = 0;
  for (const segment of segmentsOf(field)) {
    const entry = entryAt(events, at, chunk.text, segment);
    const child = entry?.value ?? itemsAt(events, at)[Number(segment)];
    if (child === undefined) break;
    found = Math.max(found, offsetOf(events[entry?.key ?? child]));
    at = child;
  }
  return line + countLines(chunk.text, offset, found);
}

/** The `count` items of a list's `items`, each with its place; the list's own where they come by an alias. */
export function writtenItems(list: Written, count: number): Written[] {
  const { chunk, events } = list;
  const starts = itemsAt(events, entryAt(events, 0, chunk.text, 'items')?.value ?? -1);
  let { offset, line } = list;
  return Array.from({ length: count }, (_, at) => {
    const start = starts[at];
    if (start === undefined) return { ...list, events: [] };
    const next = Math.max(offset, offsetOf(events[start]));
    line += countLines(chunk.text, offset, next);
    offset = next;
    return { chunk, events: events.slice(start, behind(events, start)), offset, line };
  });
}

function segmentsOf(field: string): string[] {
  return [...field.matchAll(/\[("(?:[^"\\]|\\.)*"|\d+)\]|([^.[\]]+)/g)].map(([, bracket, name]) => {
    return name ?? (bracket?.startsWith('"') ? (JSON.parse(bracket) as string) : (bracket ?? ''));
  });
}
