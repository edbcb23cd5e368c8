import { type FieldFault, type Schema, structuralFaults } from './structural.ts';

const text: Schema = { type: 'string' };
const object = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});
const mode = object({});

/** What this project reads of a SeiNode, each field as it relies on it. */
const read = object(
  {
    metadata: object(
      {
        name: text,
        namespace: text,
        labels: { type: 'object', additionalProperties: text },
        creationTimestamp: text,
      },
      ['name', 'namespace'],
    ),
    spec: object(
      {
        chainId: text,
        image: text,
        fullNode: mode,
        archive: mode,
        replayer: mode,
        validator: mode,
        sidecar: object({
          image: text,
          port: { type: 'integer' },
          tls: object({ secretName: text }, ['secretName']),
        }),
        podLabels: { type: 'object', additionalProperties: text },
        dataVolume: object({ import: object({ pvcName: text }) }),
      },
      ['chainId', 'image'],
    ),
    status: object({
      phase: text,
      currentImage: text,
      conditions: { type: 'array', items: object({ type: text, status: text, reason: text, message: text }) },
      plan: object(
        { phase: text, tasks: { type: 'array', items: object({ type: text, status: text, error: text }) } },
        ['tasks'],
      ),
    }),
  },
  ['metadata', 'spec'],
);

/**
 * What is wrong with a SeiNode that an API server stores, as far as this project reads it. The cluster's own CRD, which
 * may be older or newer than ours, has judged the rest.
 */
export function storedFaults(value: unknown): FieldFault[] {
  return structuralFaults(value, read, '');
}
