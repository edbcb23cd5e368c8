import { metadataSchema } from './metadata.ts';
import { crossFieldFaults } from './rules.ts';
import seinode from './seinode.json' with { type: 'json' };
import { type FieldFault, isFields, type Schema, structuralFaults } from './structural.ts';
import { unknownFieldsOf } from './unknown.ts';

const crd: Schema = seinode;
const schema: Schema = { ...crd, properties: { ...crd.properties, metadata: metadataSchema } };

/** What is wrong with a SeiNode, and the fields of it that the CRD does not have. */
export type SeiNodeCheck = { readonly faults: FieldFault[]; readonly unknownFields: string[] };

/**
 * Judges a decoded SeiNode as the API server would on create: structural schema first, then the CRD's rules across
 * fields, which like CEL are only asked of what is well-formed. Rules on edits (oldSelf) are not asked.
 */
export function validateSeiNode(value: unknown): SeiNodeCheck {
  const faults = structuralFaults(value, schema, '');
  const spec = isFields(value) ? value.spec : undefined;
  if (faults.length === 0 && isFields(spec)) faults.push(...crossFieldFaults(spec));
  return { faults, unknownFields: unknownFieldsOf(value, schema) };
}
