import { type Document, LineCounter, parseDocument } from 'yaml';
import type { Chunk } from './chunk.ts';
import { oddKey } from './keys.ts';
import { kubectlTags } from './scalars.ts';
import { simpleYAML } from './simple.ts';

/** A document as kubectl's YAML→JSON gives it, or why it has none and in which line of the file. */
export type Parsed =
  | { readonly ok: true; readonly value: unknown; readonly line: number }
  | { readonly ok: false; readonly error: string; readonly line: number; readonly guess?: unknown };

/** One document this long is not held as a tree: it would need gigabytes. */
const largestTree = 16 * 1024 * 1024;
/** How often anchors may multiply each other; far more than people write, far less than a billion laughs. */
const maxAliasCount = 10_000;

/** Reads one YAML document. Never throws. */
export function parseYAML(chunk: Chunk): Parsed {
  try {
    const simple = simpleYAML(chunk.text);
    if (simple !== undefined) {
      return { ok: true, value: chunk.item ? simple.value[0] : simple.value, line: chunk.line + simple.line };
    }
    if (chunk.text.length > largestTree) {
      return {
        ok: false,
        line: chunk.line,
        error:
          'one document of more than 16 MiB that is neither valid JSON nor plain YAML: split it by "---"',
      };
    }
    return fromTree(chunk, new LineCounter());
  } catch (error) {
    return { ok: false, line: chunk.line, error: explain(error) };
  }
}

/** The tree of a document with its positions; throws where it nests too deep. */
export function treeOf(text: string, lineCounter: LineCounter): Document.Parsed {
  return parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    customTags: kubectlTags,
    lineCounter,
    prettyErrors: false,
    logLevel: 'silent',
  });
}

function fromTree(chunk: Chunk, lines: LineCounter): Parsed {
  const tree = treeOf(chunk.text, lines);
  const start = tree.contents?.range?.[0] ?? 0;
  const line = chunk.line + lines.linePos(start).line - 1;
  const [error] = tree.errors;
  if (error !== undefined) {
    const at = chunk.line + lines.linePos(error.pos[0]).line - 1;
    return { ok: false, line: at, error: syntax(error.code, error.message), guess: guessOf(tree) };
  }
  const value: unknown = tree.toJS({ maxAliasCount });
  const odd = oddKey(tree);
  if (odd !== undefined) {
    return {
      ok: false,
      line: chunk.line + lines.linePos(odd.offset).line - 1,
      error: odd.error,
      guess: value,
    };
  }
  return { ok: true, value: chunk.item ? (value as unknown[])[0] : value, line };
}

/** What a document with repeated keys would be: enough to know which object it is. */
function guessOf(tree: Document.Parsed): unknown {
  return tree.errors.every(error => error.code === 'DUPLICATE_KEY')
    ? tree.toJS({ maxAliasCount })
    : undefined;
}

/** The library quotes the text at fault, which may be a secret: only its own words are kept. */
function syntax(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'a key is written twice in the same object: remove one';
  if (code === 'MULTIPLE_DOCS')
    return 'two documents without "---" between them: kubectl reads only the first';
  return `not YAML: ${message.replace(/(["'`]).*\1/gs, 'this').replace(/[:,]?\s*\S*this.*$/s, '')}`;
}

function explain(error: unknown): string {
  if (error instanceof ReferenceError)
    return 'aliases multiply beyond reason, or refer to no anchor: write the values out';
  if (error instanceof RangeError && !/call stack/.test(error.message))
    return `not JSON after decoding: ${error.message}`;
  return 'nested too deep to be a manifest';
}
