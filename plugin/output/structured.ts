import { Document, Scalar, visit } from 'yaml';
import { escapeYAML, isPrintable, printable } from './printable.ts';

/** An answer for machines: versioned, `apiVersion: seinode.sei.io/v1`. */
export type Structured = { readonly apiVersion: 'seinode.sei.io/v1'; readonly kind: string } & Readonly<
  Record<string, unknown>
>;

/** JSON, indented by four as kubectl does; control characters beyond JSON's own escapes are escaped too. */
export function toJSON(value: Structured): string {
  return `${printable(JSON.stringify(value, null, 4))}\n`;
}

/** YAML; a string that a terminal would act on is written in double quotes, escaped. */
export function toYAML(value: Structured): string {
  const document = new Document(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && !isPrintable(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return printable(document.toString({ lineWidth: 0 }), escapeYAML);
}
