import { labelFaults, labelKeyFault, labelValueFault } from '../schema/labels.ts';
import { type FieldFault, isFields, type Schema } from '../schema/structural.ts';
import { fieldPath, shown } from '../schema/text.ts';
import type { LabelSelector } from './network-policy.ts';

const text: Schema = { type: 'string' };
const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** LabelSelector (Kubernetes API, meta/v1): its fields and their types. */
export const selectorSchema: Schema = {
  type: 'object',
  properties: {
    matchLabels: { type: 'object', additionalProperties: text },
    matchExpressions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['key', 'operator'],
        properties: {
          key: text,
          operator: { type: 'string', enum: operators },
          values: { type: 'array', items: text },
        },
      },
    },
  },
};

/** What the API server refuses in a selector beyond the types of its fields (ValidateLabelSelector, meta/v1). */
export function selectorFaults(selector: LabelSelector | undefined, field: string): FieldFault[] {
  if (!isFields(selector)) return [];
  const { matchLabels, matchExpressions = [] } = selector;
  return [
    ...labelFaults(matchLabels, fieldPath(field, 'matchLabels')),
    ...matchExpressions.flatMap((requirement, at) =>
      requirementFaults(requirement, `${field}.matchExpressions[${at}]`),
    ),
  ];
}

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

function requirementFaults({ key, operator, values = [] }: Requirement, field: string): FieldFault[] {
  const needsValues = operator === 'In' || operator === 'NotIn';
  const faults: FieldFault[] = [];
  const wrongKey = labelKeyFault(key);
  if (wrongKey !== undefined) faults.push({ field: `${field}.key`, message: wrongKey });
  if (needsValues && values.length === 0) {
    faults.push({
      field: `${field}.values`,
      message: `is required with the operator ${operator}: name at least one value`,
    });
  }
  if (!needsValues && values.length > 0) {
    const message = `must be left out with the operator ${operator}, not ${values.map(shown).join(', ')}`;
    faults.push({ field: `${field}.values`, message });
  }
  values.forEach((value, at) => {
    const message = labelValueFault(value);
    if (message !== undefined) faults.push({ field: `${field}.values[${at}]`, message });
  });
  return faults;
}
