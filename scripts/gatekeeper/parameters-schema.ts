import { selectorSchema } from '../../core/network/selector.ts';

const pods = (...required: readonly string[]) => ({
  type: 'object',
  required,
  properties: { namespaceSelector: selectorSchema, podSelector: selectorSchema },
});

/** What a constraint's `spec.parameters` may be: the document of contract §6, as core/network/parameters.ts reads it. */
export const parametersSchema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string', enum: ['seinode.sei.io/v1'] },
    kind: { type: 'string', enum: ['PolicyParameters'] },
    controller: pods('namespaceSelector', 'podSelector'),
    monitoring: pods('namespaceSelector'),
    allow: {
      type: 'array',
      items: {
        type: 'object',
        required: ['ports', 'from'],
        properties: {
          ports: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 1, maximum: 65535 } },
          from: pods('namespaceSelector', 'podSelector'),
        },
      },
    },
  },
};
