import { labelFaults } from './labels.ts';
import { metadataFaults, metadataSchema } from './metadata.ts';
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
  const malformed = structuralFaults(value, schema, '');
  const spec = isFields(value) ? value.spec : undefined;
  const faults = [
    ...malformed,
    ...(malformed.length === 0 && isFields(spec) ? crossFieldFaults(spec) : []),
    ...(isFields(value) ? metadataFaults(value.metadata) : []),
    // A pod with such labels would never start: the StatefulSet is refused.
    ...(isFields(spec) ? labelFaults(spec.podLabels, 'spec.podLabels') : []),
  ];
  return { faults, unknownFields: unknownFieldsOf(value, schema) };
}
