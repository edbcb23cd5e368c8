import { constructFromEvents, EVENT_ID, type Event, YAMLException } from 'js-yaml';
import { maxDepth } from '../../core/schema/depth.ts';
import { badAlias } from './aliases.ts';
import type { Chunk } from './chunk.ts';
import type { Events } from './events.ts';
import { eventsOf } from './lenient.ts';
import { asValue } from './mapping.ts';
import { kubectlSchema } from './schema.ts';
import { countLines } from './text.ts';

/**
 * A document as kubectl's YAML→JSON gives it, with the events of its root node and the text that they point into; or
 * why it has none and in which line of the file. `guess` is what it would be but for its repeated keys: enough to know
 * which object it is.
 */
export type Parsed =
  | { readonly ok: true; readonly value: unknown; readonly events: Events; readonly text: string }
  | { readonly ok: false; readonly error: string; readonly line: number; readonly guess?: unknown };
type Failed = Extract<Parsed, { ok: false }>;

/** Lines and commas of one document: no object that the API server takes (3 MiB) comes near, and more take gigabytes. */
const maxParts = 1_000_000;
const repeated = 'duplicated mapping key';
/** What libyaml refuses, or takes for the end of a line where js-yaml does not. */
const odd = /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff](?<![\t\n\r])/u;

/** Reads one document, YAML or JSON. Never throws. */
export function parseYAML(chunk: Chunk): Parsed {
  try {
    const end = endOfParts(chunk.text);
    if (end !== undefined) return failed(chunk, chunk.text, end, tooManyParts);
    const at = /^\s*\{/.test(chunk.text) ? -1 : chunk.text.search(odd);
    if (at >= 0) return failed(chunk, chunk.text, at, characterFault(chunk.text, at));
    const { text, events } = eventsOf(chunk.text, maxDepth);
    const wrong = documentFault(events, text);
    return wrong ? failed(chunk, text, wrong.offset, wrong.error) : constructed(chunk, text, events);
  } catch (error) {
    return explained(chunk, error);
  }
}

function constructed(chunk: Chunk, source: string, events: Event[]): Parsed {
  const options = { source, schema: kubectlSchema };
  try {
    const value = asValue(constructFromEvents(events, options)[0]);
    return chunk.item
      ? { ok: true, value: (value as unknown[])[0], events: events.slice(2, -2), text: source }
      : { ok: true, value, events: events.slice(1, -1), text: source };
  } catch (error) {
    const again = error instanceof YAMLException && error.reason === repeated;
    const guess = again ? constructFromEvents(events, { ...options, json: true })[0] : undefined;
    return { ...explained(chunk, error), ...(again && { guess: chunk.item ? Object(guess)[0] : guess }) };
  }
}

function documentFault(events: Events, text: string): { offset: number; error: string } | undefined {
  if (events.some(({ type }, at) => at > 0 && type === EVENT_ID.DOCUMENT)) {
    const error = 'two documents without "---" between them: kubectl reads only the first';
    return { offset: text.search(/^\.\.\.(\s|$)/m), error };
  }
  const offset = badAlias(events, text, maxDepth);
  const error = 'aliases multiply beyond reason, or refer to no anchor: write the values out';
  return offset === undefined ? undefined : { offset, error };
}

const tooManyParts = `more than ${maxParts} lines and commas in one document: no object is as large, split a list into documents`;

/** Where a document has more parts than we read; undefined where it has not. */
function endOfParts(text: string): number | undefined {
  if (text.length <= maxParts) return undefined;
  let parts = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code === 10 || code === 44) && ++parts > maxParts) return at;
  }
  return undefined;
}

function characterFault(text: string, at: number): string {
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return `not YAML: U+${code} is no text to kubectl, write it as "\\u${code}" in double quotes`;
}

function explained(chunk: Chunk, error: unknown): Failed {
  if (!(error instanceof YAMLException) || error.mark === undefined)
    return failed(chunk, '', 0, 'nested too deep to be a manifest');
  return failed(chunk, error.mark.buffer, error.mark.position, wordsOf(error.reason));
}

function failed(chunk: Chunk, text: string, offset: number, error: string): Failed {
  return { ok: false, line: chunk.line + countLines(text, 0, offset), error };
}

/** The library's words, without the text at fault that it may quote: that may be a secret. */
function wordsOf(reason: string): string {
  if (reason === repeated) return 'a key is written twice in the same object: remove one';
  if (reason.startsWith('nesting exceeded')) return `nested deeper than ${maxDepth} levels: no manifest is`;
  if (/ kubectl |merge key|JSON$/.test(reason)) return reason;
  return `not YAML: ${reason.replace(/(?<!\s)\s*(["<]|: |!<).*$/s, '')}`;
}
