import { labelFault } from '../schema/names.ts';
import { nullsAsZero } from '../schema/nulls.ts';
import {
  type FieldFault,
  type Fields,
  isFields,
  type Schema,
  structuralFaults,
} from '../schema/structural.ts';
import { fieldPath, shown } from '../schema/text.ts';
import { unknownFaults } from '../schema/unknown.ts';
import { defaultActions } from './actions.ts';
import type { Action, AdmissionSettings } from './admission.ts';

/** The key of the ConfigMap `seinode-policy` that may hold the document. */
export const settingsKey = 'admission.yaml';

export const defaultSettings: AdmissionSettings = { actions: {}, exemptNamespaces: [] };

const schema: Schema = {
  type: 'object',
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { type: 'string', enum: ['seinode.sei.io/v1'] },
    kind: { type: 'string', enum: ['AdmissionSettings'] },
    actions: {
      type: 'object',
      additionalProperties: { type: 'string', enum: ['deny', 'warn', 'dryrun'] },
    },
    exemptNamespaces: { type: 'array', items: { type: 'string' } },
  },
};

/**
 * Reads the settings of admission.
 *
 * @param value as decoded from YAML or JSON. @returns what is wrong with it, each with its field and value; only without
 * faults `settings` can be used.
 */
export function decodeSettings(value: unknown): {
  readonly faults: FieldFault[];
  readonly settings: AdmissionSettings;
} {
  const object = nullsAsZero(value, schema);
  const faults = [
    ...structuralFaults(object, schema, ''),
    ...unknownFaults(object, schema, 'AdmissionSettings'),
  ];
  const { actions = {}, exemptNamespaces = [] } = (isFields(object) ? object : {}) as Fields & {
    readonly actions?: Readonly<Record<string, Action>>;
    readonly exemptNamespaces?: readonly string[];
  };
  return {
    faults: faults.length > 0 ? faults : [...ruleFaults(actions), ...namespaceFaults(exemptNamespaces)],
    settings: { actions, exemptNamespaces },
  };
}

function ruleFaults(actions: Readonly<Record<string, Action>>): FieldFault[] {
  return Object.keys(actions)
    .filter(rule => !Object.hasOwn(defaultActions, rule))
    .map(rule => ({
      field: fieldPath('actions', rule),
      message: `names no rule: ${Object.keys(defaultActions).join(', ')}`,
    }));
}

function namespaceFaults(names: readonly string[]): FieldFault[] {
  return names.flatMap((name, at) => {
    const fault = labelFault(name);
    const message = `is ${shown(name)}, no name of a namespace: ${fault}`;
    return fault === undefined ? [] : [{ field: `exemptNamespaces[${at}]`, message }];
  });
}
