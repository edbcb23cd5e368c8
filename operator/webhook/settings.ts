import { load } from 'js-yaml';
import type { AdmissionSettings } from '../../core/admission/admission.ts';
import { decodeSettings, defaultSettings, settingsKey } from '../../core/admission/settings.ts';
import { parametersConfigMap } from '../../core/network/parameters.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { noYAML } from '../../core/schema/text.ts';

/**
 * The settings of admission as a ConfigMap says. Where they cannot be read the defaults hold, which let least through: a
 * slip in them must not end what is refused. `fault` is one sentence about it.
 */
export function readSettings(configMap: Fields | undefined): {
  readonly settings: AdmissionSettings;
  readonly fault?: string;
} {
  const text = isFields(configMap?.data) ? configMap.data[settingsKey] : undefined;
  if (text === undefined) return { settings: defaultSettings };
  try {
    const { faults, settings } = decodeSettings(load(String(text)));
    const [first] = faults;
    return first === undefined ? { settings } : invalid(`${first.field} ${first.message}`);
  } catch (error) {
    return invalid(noYAML(error));
  }
}

function invalid(what: string): { settings: AdmissionSettings; fault: string } {
  const where = `the ConfigMap ${parametersConfigMap.name}, ${settingsKey}`;
  return { settings: defaultSettings, fault: `${where}: ${what}; the defaults hold` };
}
