import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarStyleRule } from 'js-yaml';
import { escapeYAML, isPrintable, printable } from '../../core/printable.ts';
import { isFields } from '../../core/schema/structural.ts';

/** A document for machines: a versioned answer of ours, or a manifest to apply. */
export type Structured = { readonly apiVersion: string; readonly kind: string } & Readonly<
  Record<string, unknown>
>;

/** JSON, indented by four as kubectl does; control characters beyond JSON's own escapes are escaped too. */
export function toJSON(value: object): string {
  return `${printable(JSON.stringify(value, null, 4))}\n`;
}

/** Characters: a write for each item of a list would take longer than to make it. */
const piece = 64 * 1024;

/** What {@link toJSON} gives, in pieces that are made one after the other: no text need be there as a whole. */
export function* jsonPieces(document: Structured): Generator<string> {
  let text = '';
  for (const part of jsonParts(document)) {
    text += part;
    if (text.length < piece) continue;
    yield printable(text);
    text = '';
  }
  yield printable(text);
}

/** A list that the document holds comes item by item. */
function* jsonParts(document: Structured): Generator<string> {
  const fields = Object.entries(document).filter(([, value]) => value !== undefined);
  for (const [at, [key, value]] of fields.entries()) {
    yield `${at === 0 ? '{' : ','}\n    ${JSON.stringify(key)}: `;
    if (Array.isArray(value) && value.length > 0) {
      for (const [index, item] of value.entries()) yield `${index === 0 ? '[' : ','}\n${indented(item, 8)}`;
      yield '\n    ]';
    } else yield indented(value, 4).trimStart();
  }
  yield '\n}\n';
}

function indented(value: unknown, by: number): string {
  const indent = ' '.repeat(by);
  return indent + (JSON.stringify(value, null, 4) ?? 'null').replaceAll('\n', `\n${indent}`);
}

/**
 * YAML; a string that a terminal would act on is written in double quotes, escaped, and one that YAML 1.1 would read as
 * something else, `y` or `010`, is quoted.
 */
export function toYAML(value: Structured | readonly object[]): string {
  const text = dump(JSON.parse(JSON.stringify(value)), {
    noRefs: true,
    lineWidth: -1,
    quoteStyle: 'double',
    scalarStyleRules: [quoteUnprintable, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)],
  });
  return printable(text, escapeYAML);
}

/** The same with the keys of every object in it sorted; what a list holds keeps its order. */
export function sortedKeys<T>(value: T): T {
  const sort = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(sort);
    if (!isFields(part)) return part;
    const entries = Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sort(inner)]));
  };
  return sort(value) as T;
}

function quoteUnprintable(layout: Parameters<ScalarStyleRule>[0]): void {
  if (!isPrintable(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
