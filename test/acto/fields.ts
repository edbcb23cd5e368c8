import crd from '../../core/schema/seinode.json' with { type: 'json' };
import type { Schema } from '../../core/schema/structural.ts';

/** The paths of every field of spec that the CRD has: `peers[].static.addresses`. What is below a map has no name. */
export const specFields: readonly string[] = fieldsOf(crd.properties.spec as Schema, '');

function fieldsOf(schema: Schema, path: string): string[] {
  if (schema.items !== undefined) return fieldsOf(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const field = path === '' ? name : `${path}.${name}`;
    return [field, ...fieldsOf(child, field)];
  });
}
