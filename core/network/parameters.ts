import { nullFaults, nullsAsZero } from '../schema/nulls.ts';
import {
  type FieldFault,
  type Fields,
  isFields,
  type Schema,
  structuralFaults,
} from '../schema/structural.ts';
import { unknownFaults } from '../schema/unknown.ts';
import { defaultParameters, type PodsSelector, type PolicyParameters } from './network-policy.ts';
import { selectorFaults, selectorSchema } from './selector.ts';

/** The ConfigMap of the operator that may hold the document, and under which key (contract §6). */
export const parametersConfigMap = { name: 'seinode-policy', key: 'parameters.yaml' } as const;

const both = ['namespaceSelector', 'podSelector'];
const pods = (required: readonly string[]): Schema => ({
  type: 'object',
  properties: { namespaceSelector: selectorSchema, podSelector: selectorSchema },
  required,
});

const schema: Schema = {
  type: 'object',
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { type: 'string', enum: ['seinode.sei.io/v1'] },
    kind: { type: 'string', enum: ['PolicyParameters'] },
    controller: pods(both),
    monitoring: pods(['namespaceSelector']),
    allow: {
      type: 'array',
      items: {
        type: 'object',
        required: ['ports', 'from'],
        properties: {
          ports: { type: 'array', minItems: 1, items: { type: 'integer' } },
          from: pods(both),
        },
      },
    },
  },
};

/**
 * Reads the document that says who may connect (contract §6). A part that is left out keeps its default.
 *
 * @param value as decoded from YAML or JSON. @returns what is wrong with it, each with its field; only without faults
 * `parameters` can be used.
 */
export function decodeParameters(value: unknown): {
  readonly faults: FieldFault[];
  readonly parameters: PolicyParameters;
} {
  const object = nullsAsZero(value, schema);
  const faults = [
    ...structuralFaults(object, schema, ''),
    ...nullFaults(value, schema, ''),
    ...unknownFaults(object, schema, 'PolicyParameters'),
  ];
  const { controller, monitoring, allow } = (isFields(object) ? object : {}) as Partial<PolicyParameters> &
    Fields;
  const parameters = {
    controller: controller ?? defaultParameters.controller,
    monitoring: monitoring ?? defaultParameters.monitoring,
    allow: allow ?? defaultParameters.allow,
  };
  return { faults: faults.length > 0 ? faults : valueFaults(parameters), parameters };
}

function valueFaults({ controller, monitoring, allow }: PolicyParameters): FieldFault[] {
  return [
    ...podsFaults(controller, 'controller'),
    ...podsFaults(monitoring, 'monitoring'),
    ...allow.flatMap(({ ports, from }, at) => [
      ...ports.flatMap((port, index) => portFaults(port, `allow[${at}].ports[${index}]`)),
      ...podsFaults(from, `allow[${at}].from`),
    ]),
  ];
}

function podsFaults({ namespaceSelector, podSelector }: PodsSelector, field: string): FieldFault[] {
  return [
    ...selectorFaults(namespaceSelector, `${field}.namespaceSelector`),
    ...selectorFaults(podSelector, `${field}.podSelector`),
  ];
}

function portFaults(port: number, field: string): FieldFault[] {
  return port >= 1 && port <= 65535 ? [] : [{ field, message: `must be 1 to 65535, not ${port}` }];
}
