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
