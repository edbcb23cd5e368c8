import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const directory = join(import.meta.dirname, '../../docs/schemas');
const ajv = new Ajv2020({ strict: true, strictTypes: true, strictTuples: true, allErrors: true });
formats.default(ajv);

export const schemaFiles: readonly string[] = readdirSync(directory);

/** The schemas in docs/schemas, by the kind of document that each is for. */
export const schemas: ReadonlyMap<string, ValidateFunction> = new Map(
  schemaFiles.map(file => {
    const schema = readSchema(file);
    return [schema.title, ajv.compile(schema)];
  }),
);

/** The text of a schema, decoded. */
export function readSchema(file: string) {
  return JSON.parse(readFileSync(join(directory, file), 'utf8'));
}

/** What its schema has against a document; empty where nothing. */
export function objections(document: { readonly kind: string }): string[] {
  const validate = schemas.get(document.kind);
  if (validate === undefined) {
    return [`no schema for ${document.kind}`];
  }
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
