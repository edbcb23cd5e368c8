import { parseQuantity } from './quantity.ts';
import { failure, type Result, success } from './result.ts';
import { qualifiedNameFault, subdomainFault } from './schema/names.ts';
import { shown } from './schema/text.ts';

/** Why a value cannot be used, as a clause that says what would be right; undefined where it can. */
type Check = (value: string) => string | undefined;

const required = {
  SEI_NODEPOOL_NAME: labelValueFault,
  SEI_NODEPOOL_ARCHIVE: labelValueFault,
  SEI_TOLERATION_KEY: qualifiedNameFault,
  SEI_SERVICE_ACCOUNT: subdomainFault,
  SEI_STORAGE_CLASS_PERF: subdomainFault,
  SEI_STORAGE_CLASS_DEFAULT: subdomainFault,
  SEI_STORAGE_CLASS_ARCHIVE: subdomainFault,
  SEI_STORAGE_SIZE_DEFAULT: quantityFault,
  SEI_STORAGE_SIZE_ARCHIVE: quantityFault,
  SEI_RESOURCE_CPU_DEFAULT: quantityFault,
  SEI_RESOURCE_CPU_ARCHIVE: quantityFault,
  SEI_RESOURCE_MEM_DEFAULT: quantityFault,
  SEI_RESOURCE_MEM_ARCHIVE: quantityFault,
  SEI_SNAPSHOT_BUCKET: wordFault,
  SEI_SNAPSHOT_REGION: wordFault,
  SEI_GENESIS_BUCKET: wordFault,
  SEI_GENESIS_REGION: wordFault,
  SEI_RESULT_EXPORT_BUCKET: wordFault,
  SEI_RESULT_EXPORT_REGION: wordFault,
  SEI_RESULT_EXPORT_PREFIX: wordFault,
  SEI_SIDECAR_IMAGE: wordFault,
} as const satisfies Record<string, Check>;

/** The images are asked for by the nodes that need them; the gateway serves SeiNodeDeployment alone. */
const optional = {
  SEI_KUBE_RBAC_PROXY_IMAGE: wordFault,
  SEI_COSMOS_EXPORTER_IMAGE: wordFault,
  SEI_GATEWAY_NAME: wordFault,
  SEI_GATEWAY_NAMESPACE: wordFault,
  SEI_GATEWAY_DOMAIN: wordFault,
} as const satisfies Record<string, Check>;

/** The operator's settings, by the names of their environment variables (contract §4). */
export type Settings = {
  readonly [name in keyof typeof required]: string;
} & { readonly [name in keyof typeof optional]?: string };

/**
 * Reads the operator's settings from its environment. None has a default, as in the controller before it: a size or a
 * bucket that nobody chose is found out too late.
 *
 * @returns the settings, or every fault: variable, value and what would be right, joined by `; `.
 */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Result<Settings> {
  const checks: [string, Check][] = Object.entries({ ...required, ...optional });
  const given = checks.filter(([name]) => !isBlank(environment[name]));
  const faults = [
    ...Object.keys(required)
      .filter(name => isBlank(environment[name]))
      .map(name => `${name} is not set`),
    ...given.flatMap(([name, check]) => faultOf(name, environment[name]!, check)),
  ];
  const settings = Object.fromEntries(given.map(([name]) => [name, environment[name]]));
  return faults.length === 0 ? success(settings as Settings) : failure(faults.join('; '));
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}

function faultOf(name: string, value: string, check: Check): string[] {
  const fault = check(value);
  return fault === undefined ? [] : [`${name} is ${shown(value)}: ${fault}`];
}

/** A node pool's name is the value of a label and of a toleration, and an object's name. */
function labelValueFault(value: string): string | undefined {
  return value.length > 63 ? `it has ${value.length} characters, 63 are the most` : subdomainFault(value);
}

function quantityFault(value: string): string | undefined {
  const quantity = parseQuantity(value);
  return quantity !== undefined && quantity.nano > 0n
    ? undefined
    : 'an amount above zero is right, as in 4, 32Gi or 500m';
}

function wordFault(value: string): string | undefined {
  return /[\s\p{C}]/u.test(value) ? 'it must be one word, without white space' : undefined;
}
