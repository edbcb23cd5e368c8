import { parseQuantity } from '../quantity.ts';
import { failure, type Result, success } from '../result.ts';
import type { SeiNode } from '../seinode.ts';
import { type Container, type Deployment, managerOf, type Source, type Variable } from './operator.ts';

/** What a ConfigMap has, or why it cannot be read; by its name. */
export type Settings = ReadonlyMap<string, Result<Readonly<Record<string, string>>>>;

/** The variable that tells the size of a new volume for a node of this mode (contract §4). */
export function sizeVariable({ spec }: Pick<SeiNode, 'spec'>): string {
  return spec?.archive === undefined ? 'SEI_STORAGE_SIZE_DEFAULT' : 'SEI_STORAGE_SIZE_ARCHIVE';
}

/** The ConfigMaps that a variable of a Deployment may come from. */
export function settingsOf(deployment: Deployment, variable: string): string[] {
  const { env = [], envFrom = [] } = managerOf(deployment) ?? {};
  const own = env.findLast(({ name }) => name === variable);
  const refs = own === undefined ? envFrom.map(from => from.configMapRef) : [own.valueFrom?.configMapKeyRef];
  return refs.flatMap(ref => (ref?.name === undefined ? [] : [ref.name]));
}

/**
 * The size of new volumes that a Deployment's environment says, as the kubelet would make it: the last of a name wins,
 * and `env` over `envFrom`.
 *
 * @param settings the ConfigMaps of `settingsOf`. @returns else why it cannot be read.
 */
export function defaultSizeIn(deployment: Deployment, variable: string, settings: Settings): Result<string> {
  const where = `Deployment ${deployment.metadata.namespace}/${deployment.metadata.name}`;
  const found = valueIn(managerOf(deployment) ?? { name: '' }, variable, settings);
  if (!found.ok) return failure(`${variable} of ${where} ${found.error}`);
  return parseQuantity(found.value) === undefined ? failure(`${variable} of ${where} is no amount`) : found;
}

/** The largest: whichever of several works the node, its volume is not below it. @returns the first that is unreadable. */
export function largestSize(sizes: readonly Result<string>[]): Result<string> {
  const amount = (size: string) => parseQuantity(size)?.nano ?? 0n;
  return (
    sizes.find(({ ok }) => !ok) ??
    sizes.reduce((one, other) =>
      one.ok && other.ok && amount(other.value) > amount(one.value) ? other : one,
    )
  );
}

function valueIn(
  { env = [], envFrom = [] }: Container,
  variable: string,
  settings: Settings,
): Result<string> {
  const own = env.findLast(({ name }) => name === variable);
  if (own !== undefined) return ownValue(own, settings);
  for (const source of envFrom.toReversed()) {
    const value = sourcedValue(source, variable, settings);
    if (value !== undefined) return value;
  }
  return failure('is not set');
}

function ownValue({ value = '', valueFrom }: Variable, settings: Settings): Result<string> {
  const ref = valueFrom?.configMapKeyRef;
  if (ref !== undefined) return entryOf(ref.name ?? '', ref.key, settings) ?? failure('is not set');
  if (valueFrom !== undefined) return failure('comes from elsewhere than a ConfigMap');
  return value.includes('$(') ? failure('is made of other variables') : success(value);
}

function sourcedValue(
  { prefix = '', configMapRef, secretRef }: Source,
  variable: string,
  settings: Settings,
): Result<string> | undefined {
  if (!variable.startsWith(prefix)) return undefined;
  if (secretRef !== undefined) return failure(`may come from Secret ${secretRef.name}, which is not read`);
  return entryOf(configMapRef?.name ?? '', variable.slice(prefix.length), settings);
}

function entryOf(name: string, key: string, settings: Settings): Result<string> | undefined {
  const data = settings.get(name) ?? success({} as Readonly<Record<string, string>>);
  if (!data.ok) return failure(`comes from ConfigMap ${name}: ${data.error}`);
  return Object.hasOwn(data.value, key) ? success(String(data.value[key])) : undefined;
}
