import type { Chunk } from './chunk.ts';
import { type Events, entryAt, itemsAt, offsetOf } from './events.ts';
import { countLines } from './text.ts';
import { parseYAML } from './yaml.ts';

/** An object or value of a document, and which of its events begins it. */
export type Written = {
  readonly chunk: Chunk;
  readonly at: number;
  /** Where it begins in the text of the chunk, and in which line of the file that is. */
  readonly offset: number;
  readonly line: number;
};

/** Where the root of a document stands. */
export function writtenAt(chunk: Chunk, events: Events): Written {
  last = { chunk, events };
  const offset = Math.max(0, offsetOf(events[0]));
  return { chunk, at: 0, offset, line: chunk.line + countLines(chunk.text, 0, offset) };
}

/** Those asked for last. Events are ten times as long as the text: they are read again rather than kept of every object. */
let last: { readonly chunk: Chunk; readonly events: Events } | undefined;

function eventsIn(chunk: Chunk): Events {
  if (last?.chunk !== chunk) {
    const parsed = parseYAML(chunk);
    last = { chunk, events: parsed.ok ? parsed.events : [] };
  }
  return last.events;
}

/**
 * The line (from 1, in the file) of a field such as `spec.sidecar.tls` or `data["tls.crt"]`, or of its nearest
 * ancestor that is written; the object's own if nothing is.
 */
export function lineOfField(written: Written, field: string): number {
  const { chunk, offset, line } = written;
  const events = eventsIn(chunk);
  let found = offset;
  let { at } = written;
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
  const { chunk } = list;
  const events = eventsIn(chunk);
  const starts = itemsAt(events, entryAt(events, list.at, chunk.text, 'items')?.value ?? -1);
  let { offset, line } = list;
  return Array.from({ length: count }, (_, index) => {
    const at = starts[index];
    if (at === undefined) return { ...list, at: -1 };
    const next = Math.max(offset, offsetOf(events[at]));
    line += countLines(chunk.text, offset, next);
    offset = next;
    return { chunk, at, offset, line };
  });
}

function segmentsOf(field: string): string[] {
  return [...field.matchAll(/\[("(?:[^"\\]|\\.)*"|\d+)\]|([^.[\]]+)/g)].map(([, bracket, name]) => {
    return name ?? (bracket?.startsWith('"') ? (JSON.parse(bracket) as string) : (bracket ?? ''));
  });
}
