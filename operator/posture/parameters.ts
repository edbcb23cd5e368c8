import { load } from 'js-yaml';
import { settingsKey } from '../../core/admission/settings.ts';
import { conditionReasons } from '../../core/conditions.ts';
import type { ConditionFacts } from '../../core/merge-conditions.ts';
import { defaultParameters, type PolicyParameters } from '../../core/network/network-policy.ts';
import { decodeParameters, parametersConfigMap } from '../../core/network/parameters.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { noYAML } from '../../core/schema/text.ts';

const { name, key } = parametersConfigMap;

export type ReadParameters =
  | { readonly ok: true; readonly value: PolicyParameters }
  | { readonly ok: false; readonly facts: ConditionFacts };

/**
 * Who may connect to what, as a ConfigMap says; the defaults where there is none. What cannot be read is no reason to
 * judge by the defaults, or by what it said before: nobody would know by which, and a restart would change it.
 */
export function readParameters(configMap: Fields | undefined): ReadParameters {
  if (configMap === undefined) return { ok: true, value: defaultParameters };
  const data = isFields(configMap.data) ? configMap.data : {};
  const text = data[key];
  // It is there for the settings of admission.
  if (text === undefined && data[settingsKey] !== undefined) return { ok: true, value: defaultParameters };
  if (typeof text !== 'string') return invalid(`has no key ${key}`);
  try {
    const { faults, parameters } = decodeParameters(load(text));
    const [first] = faults;
    return first === undefined
      ? { ok: true, value: parameters }
      : invalid(`${key}: ${first.field} ${first.message}`);
  } catch (error) {
    return invalid(`${key} ${noYAML(error)}`);
  }
}

function invalid(what: string): ReadParameters {
  const { parametersInvalid: reason } = conditionReasons.SidecarNetworkPolicyReady;
  const message = `the ConfigMap ${name} ${what}`;
  return { ok: false, facts: { status: 'Unknown', reason, message } };
}
