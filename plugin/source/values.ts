import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { Chunk } from './chunk.ts';
import { policyIn } from './guess.ts';
import { itemType, splitItems } from './items.ts';
import { type Written, writtenAt, writtenItems } from './place.ts';
import { type Parsed, parseYAML } from './yaml.ts';

/** An object of a document, or of a list in it, and where it stands. */
export type Found = { readonly written: Written; readonly value: unknown };
/** Why one could not be read, and what it would have been as far as that is known. */
export type Unread = Extract<Parsed, { ok: false }> & { readonly file: string };

/**
 * The objects of one document: those of a list one by one. Empty documents have none. Never throws. `type` is what a
 * typed list says of its items, which need not repeat it.
 */
export function* valuesOf(chunk: Chunk, type: Fields = {}): Generator<Found | Unread> {
  const list = splitItems(chunk);
  if (list !== undefined) {
    for (const item of list.items) yield* valuesOf(item, list.type);
    return;
  }
  const parsed = parseYAML(chunk);
  if (parsed.ok)
    yield* objectsOf(
      { written: writtenAt({ ...chunk, text: parsed.text }, parsed.events), value: parsed.value },
      type,
    );
  else
    yield {
      ...parsed,
      file: chunk.file,
      guess: withType(parsed.guess, type) ?? policyIn(chunk.text, type),
    };
}

function* objectsOf({ written, value }: Found, type: Fields): Generator<Found> {
  const object = withType(value, type);
  const inner = itemType(object);
  const items = isFields(object) ? (object.items ?? []) : [];
  if (inner === undefined || !Array.isArray(items)) {
    if (object !== null && object !== undefined) yield { written, value: object };
    return;
  }
  const places = writtenItems(written, items.length);
  for (const [at, item] of items.entries()) yield* objectsOf({ written: places[at]!, value: item }, inner);
}

function withType(value: unknown, type: Fields): unknown {
  return isFields(value) && value.kind === undefined && value.apiVersion === undefined
    ? { ...type, ...value }
    : value;
}
