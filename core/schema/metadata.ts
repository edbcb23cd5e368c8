import { labelFaults } from './labels.ts';
import { type FieldFault, isFields, type Schema } from './structural.ts';

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'object', additionalProperties: text };
const anything: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** ObjectMeta (Kubernetes API, meta/v1): its fields and their types. */
export const metadataSchema: Schema = {
  type: 'object',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    labels: texts,
    annotations: texts,
    finalizers: { type: 'array', items: text },
    ownerReferences: {
      type: 'array',
      items: {
        type: 'object',
        required: ['apiVersion', 'kind', 'name', 'uid'],
        properties: {
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: { type: 'boolean' },
          blockOwnerDeletion: { type: 'boolean' },
        },
      },
    },
    uid: text,
    resourceVersion: text,
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string', format: 'date-time' },
    deletionTimestamp: { type: 'string', format: 'date-time' },
    deletionGracePeriodSeconds: { type: 'integer' },
    managedFields: anything,
    selfLink: text,
  },
};

/** What the API server refuses in metadata beyond the types of its fields. */
export function metadataFaults(metadata: unknown): FieldFault[] {
  return isFields(metadata) ? labelFaults(metadata.labels, 'metadata.labels') : [];
}
