import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { pods } from '../../cluster/resource.ts';
import type { KubernetesObject, OwnerReference } from '../../core/kubernetes.ts';
import { taskKind } from '../../core/plan/tasks.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { seiNodeDeploymentCRD } from '../control-plane/seinodedeployment-crd.ts';
import { until } from '../control-plane/until.ts';
import type { UpgradeBed } from './furnish.ts';
import { namespace } from './nodes.ts';

/** An object as it was recorded, its moments and UIDs apart. */
export type Recorded = KubernetesObject & {
  readonly metadata: {
    readonly managedFields: readonly Entry[];
    readonly ownerReferences?: readonly Owner[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind is another
  readonly [field: string]: any;
};
/** Who owns which fields (Kubernetes API, meta/v1 ManagedFieldsEntry). */
export type Entry = {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1: object;
};
type Owner = Omit<OwnerReference, 'uid'>;

/** What the reference controller made (`record.ts`), each kind after those that own it. */
export const fleet: readonly Recorded[] = readFileSync(join(import.meta.dirname, 'fleet.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));

/** Where objects of a kind are. */
const paths: Readonly<Record<string, string>> = {
  SeiNodeDeployment: 'apis/sei.io/v1alpha1/namespaces/fleet/seinodedeployments',
  SeiNode: 'apis/sei.io/v1alpha1/namespaces/fleet/seinodes',
  StatefulSet: 'apis/apps/v1/namespaces/fleet/statefulsets',
  Service: 'api/v1/namespaces/fleet/services',
  ConfigMap: 'api/v1/namespaces/fleet/configmaps',
  PersistentVolumeClaim: 'api/v1/namespaces/fleet/persistentvolumeclaims',
  Job: 'apis/batch/v1/namespaces/fleet/jobs',
};

export function pathOf({ kind = '', metadata }: KubernetesObject): string {
  return `/${paths[kind]}/${metadata.name}`;
}

/** The nodes of the record. */
export const nodes = fleet.filter(({ kind }) => kind === 'SeiNode') as unknown[] as (SeiNode & Recorded)[];

/**
 * Makes a cluster what it was as the reference controller was stopped: objects with their managedFields, pods that run,
 * sidecars that were sent what they were sent. @throws where something is refused.
 */
export async function load(bed: UpgradeBed): Promise<void> {
  await defineDeployments(bed);
  const uids = new Map<string, string>();
  for (const object of fleet) {
    // The claim that is imported is there: people made it.
    if (object.metadata.name !== 'volume') uids.set(keyOf(object), await make(bed, object, uids));
  }
  const running = nodes.filter(({ status }) => status?.phase !== 'Failed' || status.plan);
  for (const { metadata } of running) {
    if (metadata.name !== 'replayer')
      await bed.place.awaits(`runs ${metadata.name}`, () => runs(bed, metadata.name));
  }
  await bed.place.awaits('runs the bootstrap of replayer', () => bootstraps(bed));
  await roll(bed);
  for (const node of nodes) await tellSidecar(bed, node);
  await write(bed, 'DELETE', pathOf(nodes.find(({ metadata }) => metadata.deletionTimestamp)!), {});
}

async function defineDeployments(bed: UpgradeBed): Promise<void> {
  await write(bed, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', seiNodeDeploymentCRD());
  const path = `/${paths.SeiNodeDeployment}`;
  const isServed = async () => (await bed.controlPlane.call('GET', path)).status === 200;
  if (!(await until(isServed))) throw new Error(`${path} is not served`);
}

async function make(bed: UpgradeBed, object: Recorded, uids: Map<string, string>): Promise<string> {
  const owned = withOwners(object, uids);
  const { managedFields: _, ...metadata } = owned.metadata;
  const created = isRolled(object) ? withImage(owned, 'sei:v6.3.0') : owned;
  const path = pathOf(object).replace(/\/[^/]+$/, '');
  const { uid } = (await write(bed, 'POST', path, { ...created, metadata })).metadata;
  if (object.status && object.kind?.startsWith('SeiNode'))
    await write(bed, 'PATCH', `${pathOf(object)}/status`, { status: object.status });
  if (!isRolled(object)) await restoreManagers(bed, object);
  return uid ?? '';
}

/** Whoever writes managedFields and nothing else is not among them. */
async function restoreManagers(bed: UpgradeBed, object: Recorded): Promise<void> {
  const { managedFields } = object.metadata;
  await write(bed, 'PATCH', pathOf(object), { metadata: { managedFields } });
}

/** Node `updating` had its new template, and its old pod was on its way out. */
async function roll(bed: UpgradeBed): Promise<void> {
  const object = fleet.find(isRolled)!;
  await write(bed, 'PATCH', pathOf(object), { spec: object.spec });
  await restoreManagers(bed, object);
  await bed.place.remove(pods, 'updating-0');
}

function isRolled({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'StatefulSet' && metadata.name === 'updating';
}

function withImage(object: Recorded, image: string): Recorded {
  return JSON.parse(JSON.stringify(object).replaceAll('sei:v6.4.0', image));
}

function withOwners(object: Recorded, uids: Map<string, string>): Recorded {
  const ownerReferences = object.metadata.ownerReferences?.map(owner => ({
    ...owner,
    uid: uids.get(`${owner.kind}/${owner.name}`),
  }));
  const spec = object.kind === 'Job' ? withoutSelector(object.spec) : object.spec;
  return {
    ...object,
    metadata: { ...object.metadata, ...(ownerReferences && { ownerReferences }) },
    spec,
  } as Recorded;
}

/** A Job's selector is its UID. */
function withoutSelector({ selector: _, ...spec }: Recorded['spec']): object {
  const labels = Object.entries(spec.template.metadata.labels).filter(
    ([name]) => !/controller-uid|job-name/.test(name),
  );
  const metadata = { ...spec.template.metadata, labels: Object.fromEntries(labels) };
  return { ...spec, template: { ...spec.template, metadata } };
}

function runs({ place }: UpgradeBed, node: string): boolean {
  const pod = place.found<KubernetesObject & { status?: { phase?: string } }>(pods, `${node}-0`);
  return pod?.status?.phase === 'Running';
}

function bootstraps({ stores }: UpgradeBed): boolean {
  const all = [...(stores.get(pods)?.values() ?? [])] as {
    metadata: { name: string };
    status?: { phase?: string };
  }[];
  return all.some(
    ({ metadata, status }) => metadata.name.startsWith('replayer-') && status?.phase === 'Running',
  );
}

/** Every task that its plan had sent; of a plan that is no more the last. */
async function tellSidecar({ sidecars }: UpgradeBed, { metadata: { name }, status }: SeiNode): Promise<void> {
  const planned = status?.plan?.tasks.filter(
    task =>
      task.submittedAt &&
      (taskKind(task.type)?.runsOn === 'sidecar' || /^generate-|^upload-/.test(task.type)),
  );
  for (const { id, type } of planned ?? [{ id: `${name}-ready`, type: 'mark-ready' }]) {
    await request(`http://${sidecars.address}:7777/v0/tasks`, {
      method: 'POST',
      headers: { host: `${name}-0.${name}.${namespace}.svc.cluster.local` },
      body: JSON.stringify({ id, type }),
    });
  }
}

async function write(
  { controlPlane: { call } }: UpgradeBed,
  verb: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<Recorded> {
  const answer = await call(verb, path, body);
  if (answer.status > 299)
    throw new Error(`${verb} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Recorded;
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}
