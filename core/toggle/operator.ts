import type { KubernetesObject, ObjectMeta } from '../kubernetes.ts';
import { parseQuantity } from '../quantity.ts';
import { failure, type Result, success } from '../result.ts';
import type { SeiNode } from '../seinode.ts';
import { managersOf } from './managers.ts';

/** Which operator works the nodes: this one, the Go controller before it, or nobody can tell. */
export type OperatorKind = 'ours' | 'reference' | 'unknown';

type Named = { readonly name?: string };
type Variable = {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly configMapKeyRef?: Named & { readonly key: string } };
};
type Source = { readonly prefix?: string; readonly configMapRef?: Named; readonly secretRef?: Named };
type Container = {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly env?: readonly Variable[];
  readonly envFrom?: readonly Source[];
};

/** A Deployment (Kubernetes API, apps/v1): what is read of it. */
export type Deployment = {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } };
  };
};

/** What a ConfigMap has, or why it cannot be read; by its name. */
export type Settings = ReadonlyMap<string, Result<Readonly<Record<string, string>>>>;

/** The labels that Deployments of both have (operator/manifests; the reference's config/manager). */
export const operatorLabels = 'app.kubernetes.io/name=sei-k8s-controller';
/** The Lease that both are elected by. */
export const operatorLease = 'bc1f5b0a.sei.io';
/** Where both are installed. */
export const operatorNamespace = 'sei-k8s-controller-system';

/** Of several Deployments those that are not turned off, if there are such. */
export function liveDeployments(deployments: readonly Deployment[]): readonly Deployment[] {
  const live = deployments.filter(({ spec }) => spec?.replicas !== 0);
  return live.length > 0 ? live : deployments;
}

/** Tells who works a node: by what is deployed, and where that does not say, by who wrote the node's status last. */
export function operatorOf(deployments: readonly Deployment[], node: SeiNode): OperatorKind {
  const kinds = new Set(liveDeployments(deployments).map(kindOf));
  const [kind = 'unknown'] = kinds;
  if (kinds.size > 1) return 'unknown';
  return kind === 'unknown' ? writerOf(node) : kind;
}

/** The reference's image has its binary at /manager; ours has none there, and is named as our manifests name it. */
function kindOf(deployment: Deployment): OperatorKind {
  const { image = '', command = [], envFrom = [] } = managerOf(deployment) ?? {};
  if (command[0] === '/manager' || /(^|\/)sei-k8s-controller([:@]|$)/.test(image)) return 'reference';
  const isOurs = envFrom.some(({ configMapRef }) => configMapRef?.name === 'sei-k8s-controller-settings');
  return isOurs || /(^|\/)seinode-operator([:@]|$)/.test(image) ? 'ours' : 'unknown';
}

function writerOf(node: SeiNode): OperatorKind {
  const writers = managersOf(node).filter(({ subresource }) => subresource === 'status');
  const last = writers.toSorted((a, b) => String(a.time ?? '').localeCompare(String(b.time ?? ''))).at(-1);
  if (last?.manager === 'seinode-controller') return 'ours';
  return last?.manager === 'manager' ? 'reference' : 'unknown';
}

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

function managerOf({ spec }: Deployment): Container | undefined {
  const containers = spec?.template?.spec?.containers ?? [];
  return containers.find(({ name }) => name === 'manager') ?? containers[0];
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

/** Whose Lease it is: the pod, which is named after its Deployment. */
export function isHeldBy(lease: KubernetesObject | undefined, { metadata }: Deployment): boolean {
  const { spec } = (lease ?? {}) as { spec?: { holderIdentity?: unknown } };
  return String(spec?.holderIdentity ?? '').startsWith(`${metadata.name}-`);
}
