import { failure, type Result, success } from '../result.ts';
import { isFields, type Schema, structuralFaults } from '../schema/structural.ts';
import type { AdmissionRequest } from './admission.ts';

const text: Schema = { type: 'string' };
const object = (properties: Record<string, Schema>, required: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required,
});

/** Of whatever kind: by its names it is found among others. */
const stored: Schema = { properties: { metadata: { properties: { namespace: text, name: text } } } };

const schema = object(
  {
    apiVersion: { type: 'string', enum: ['admission.k8s.io/v1'] },
    kind: { type: 'string', enum: ['AdmissionReview'] },
    request: object(
      {
        uid: { type: 'string', minLength: 1 },
        kind: object({ group: text, version: text, kind: text }, ['group', 'version', 'kind']),
        name: text,
        namespace: text,
        operation: { type: 'string', enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
        userInfo: object({ username: text, groups: { type: 'array', items: text } }, []),
        object: stored,
        oldObject: stored,
        dryRun: { type: 'boolean' },
      },
      ['uid', 'kind', 'operation'],
    ),
  },
  ['apiVersion', 'kind', 'request'],
);

/** Reads an AdmissionReview (admission.k8s.io/v1) out of JSON. @returns its request, or the first thing that is wrong with it. */
export function decodeReview(value: unknown): Result<AdmissionRequest> {
  const [fault] = structuralFaults(value, schema, '');
  if (fault !== undefined) {
    const where = fault.field === '' ? 'it' : fault.field;
    return failure(`not an AdmissionReview of admission.k8s.io/v1: ${where} ${fault.message}`);
  }
  const { request } = value as { readonly request: AdmissionRequest };
  const { object = null, oldObject = null, userInfo } = request;
  return success({ ...request, object, oldObject, userInfo: isFields(userInfo) ? userInfo : {} });
}
