import { load } from 'js-yaml';
import { conditionReasons } from '../../core/conditions.ts';
import type { ConditionFacts } from '../../core/merge-conditions.ts';
import { defaultParameters, type PolicyParameters } from '../../core/network/network-policy.ts';
import { decodeParameters, parametersConfigMap } from '../../core/network/parameters.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';

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
  const text = isFields(configMap.data) ? configMap.data[key] : undefined;
  if (typeof text !== 'string') return invalid(`has no key ${key}`);
  try {
    const { faults, parameters } = decodeParameters(load(text));
    const [first] = faults;
    return first === undefined
      ? { ok: true, value: parameters }
      : invalid(`${key}: ${first.field} ${first.message}`);
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return invalid(`${key} is no YAML: ${shown(line)}`);
  }
}

function invalid(what: string): ReadParameters {
  const { parametersInvalid: reason } = conditionReasons.SidecarNetworkPolicyReady;
  const message = `the ConfigMap ${name} ${what}`;
  return { ok: false, facts: { status: 'Unknown', reason, message } };
}
