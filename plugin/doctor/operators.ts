import { load } from 'js-yaml';
import { configMaps, leases } from '../../cluster/resource.ts';
import type { AdmissionSettings } from '../../core/admission/admission.ts';
import { decodeSettings, defaultSettings, settingsKey } from '../../core/admission/settings.ts';
import type { Facts, Lease, PolicySettings } from '../../core/doctor/facts.ts';
import { defaultParameters } from '../../core/network/network-policy.ts';
import { parametersConfigMap } from '../../core/network/parameters.ts';
import { type Result, success } from '../../core/result.ts';
import { shardsOf } from '../../core/shards.ts';
import { operatorLease, operatorNamespace } from '../../core/toggle/operator.ts';
import { faultText } from '../output/problems.ts';
import { operatorsConfigMap } from '../source/operator-parameters.ts';
import { parseParameters } from '../source/parameters.ts';
import { listOperators } from '../toggle/operators.ts';
import { attempted, type Reading } from './reading.ts';

/** Reads who reconciles nodes, and what they go by. */
export async function readOperators(
  reading: Reading,
): Promise<Pick<Facts, 'operators' | 'leases' | 'shardLeases' | 'policySettings'>> {
  const named = { fieldSelector: `metadata.name=${operatorLease}` };
  const [operators, held, policySettings] = await Promise.all([
    attempted(() => listOperators(reading.client)),
    reading.list<Lease>(leases, undefined, named),
    readPolicySettings(reading),
  ]);
  const shardLeases = await readShardLeases(reading, held.ok ? held.value : []);
  return { operators: operators.ok ? operators.value : operators, leases: held, shardLeases, policySettings };
}

/** How many shards there are is known by the Lease of all alone. */
async function readShardLeases(reading: Reading, held: readonly Lease[]): Promise<Result<readonly Lease[]>> {
  const group = held.find(({ spec = {} }) => shardsOf(spec) !== undefined);
  return group === undefined ? success([]) : reading.list<Lease>(leases, group.metadata.namespace);
}

type Data = { readonly data?: Readonly<Record<string, string>> };

async function readPolicySettings(reading: Reading): Promise<Result<PolicySettings>> {
  const read = await reading.get<Data>(configMaps, parametersConfigMap.name, operatorNamespace);
  return read.ok ? success(settingsIn(read.value)) : read;
}

function settingsIn(configMap: Data | undefined): PolicySettings {
  const { key } = parametersConfigMap;
  const [text, admissionText] = [key, settingsKey].map(one => configMap?.data?.[one]);
  const read = text === undefined ? undefined : parseParameters(`${operatorsConfigMap}, ${key}`, text);
  const decoded = admissionIn(admissionText);
  const faults = [...(read?.faults ?? []).map(faultText), ...decoded.faults];
  return {
    isThere: configMap !== undefined,
    faults,
    parameters: read?.faults.length === 0 ? read.parameters : defaultParameters,
    admission: decoded.faults.length === 0 ? decoded.settings : defaultSettings,
  };
}

function admissionIn(text: string | undefined): {
  readonly faults: readonly string[];
  readonly settings: AdmissionSettings;
} {
  if (text === undefined) return { faults: [], settings: defaultSettings };
  const file = `${operatorsConfigMap}, ${settingsKey}`;
  try {
    const { faults, settings } = decodeSettings(load(text));
    return { faults: faults.map(fault => faultText({ file, ...fault })), settings };
  } catch (error) {
    // js-yaml shows the place in further lines.
    const [reason = ''] = String((error as Error).message).split('\n');
    return { faults: [faultText({ file, message: `is no YAML: ${reason}` })], settings: defaultSettings };
  }
}
