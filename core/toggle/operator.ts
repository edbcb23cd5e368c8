import type { KubernetesObject, ObjectMeta } from '../kubernetes.ts';
import type { SeiNode } from '../seinode.ts';
import { managersOf } from './managers.ts';

/** Which operator works the nodes: this one, the Go controller before it, or nobody can tell. */
export type OperatorKind = 'ours' | 'reference' | 'unknown';

type Named = { readonly name?: string };
export type Variable = {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly configMapKeyRef?: Named & { readonly key: string } };
};
export type Source = { readonly prefix?: string; readonly configMapRef?: Named; readonly secretRef?: Named };
/** A container of a Pod (Kubernetes API, core/v1): what is read of it. */
export type Container = {
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
export function kindOf(deployment: Deployment): OperatorKind {
  const { image = '', command = [], envFrom = [] } = managerOf(deployment) ?? {};
  if (command[0] === '/manager' || /(^|\/)sei-k8s-controller([:@]|$)/.test(image)) return 'reference';
  const isOurs = envFrom.some(({ configMapRef }) => configMapRef?.name === 'sei-k8s-controller-settings');
  return isOurs || /(^|\/)seinode-operator([:@]|$)/.test(image) ? 'ours' : 'unknown';
}

/** As what each operator writes the status of a node (meta/v1 ManagedFieldsEntry.manager). */
export const statusWriters: ReadonlyMap<string, OperatorKind> = new Map([
  ['seinode-controller', 'ours'],
  ['manager', 'reference'],
]);

function writerOf(node: SeiNode): OperatorKind {
  const writers = managersOf(node).filter(({ subresource }) => subresource === 'status');
  const last = writers.toSorted((a, b) => String(a.time ?? '').localeCompare(String(b.time ?? ''))).at(-1);
  return statusWriters.get(String(last?.manager)) ?? 'unknown';
}

/** The container that the operator runs in. */
export function managerOf({ spec }: Deployment): Container | undefined {
  const containers = spec?.template?.spec?.containers ?? [];
  return containers.find(({ name }) => name === 'manager') ?? containers[0];
}

/** Whether its environment says sizes of volumes by itself. */
export function isToldSizes(deployment: Deployment): boolean {
  return managerOf(deployment)?.env?.some(({ name }) => /^SEI_STORAGE_SIZE_/.test(name)) === true;
}

/** Whose Lease it is: the pod, which is named after its Deployment. */
export function isHeldBy(lease: KubernetesObject | undefined, { metadata }: Deployment): boolean {
  const { spec } = (lease ?? {}) as { spec?: { holderIdentity?: unknown } };
  return String(spec?.holderIdentity ?? '').startsWith(`${metadata.name}-`);
}
