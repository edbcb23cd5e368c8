import type { Client } from '../../cluster/client.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import { configMaps } from '../../cluster/resource.ts';
import { create, remove, update } from '../../cluster/write.ts';
import type { Result } from '../../core/result.ts';
import type { Fields } from '../../core/schema/structural.ts';
import {
  type ConfigMap,
  configMapOf,
  journalLabel,
  journalName,
  type Kept,
  keptIn,
  labelValue,
  nodeLabel,
} from '../../core/toggle/config-map.ts';
import { isEnded } from '../../core/toggle/journal.ts';
import { fieldManager } from '../../core/toggle/managers.ts';

/** A journal as the cluster has it. */
export type Stored = Kept & { readonly resourceVersion: string; readonly uid: string };

/** A ConfigMap that should be a journal: what it keeps, or why it cannot be read. */
export type Found = Result<Stored>;

/** Those that have ended stay for so many toggles of a node. */
const kept = 10;

/**
 * The toggles of a namespace, by node and number; oldest first.
 *
 * @param namespace absent for every one. @param node absent for every one. @throws ClusterError
 */
export async function listJournals(
  client: Client,
  namespace: string | undefined,
  node?: string,
): Promise<Found[]> {
  const labelSelector = [journalLabel, ...(node === undefined ? [] : [`${nodeLabel}=${labelValue(node)}`])];
  const query = { labelSelector: labelSelector.join(',') };
  const { items } = await listAll(client, { resource: configMaps, namespace }, query, found);
  // A digest may stand for the names of two.
  return items
    .filter(item => !item.ok || node === undefined || item.value.journal.node.name === node)
    .sort(inOrder);
}

/** @returns it as the cluster has it. @throws ClusterError, as `create` does. */
export async function createJournal(client: Client, content: Kept): Promise<Stored> {
  const { namespace } = content.journal.node;
  const object = await create(
    client,
    { resource: configMaps, namespace },
    configMapOf(content),
    fieldManager,
  );
  return { ...content, ...versionOf(object) };
}

/** Writes over a journal if nobody else has. @returns it as the cluster has it. @throws ClusterError, as `update` does. */
export async function updateJournal(
  client: Client,
  { resourceVersion }: Stored,
  content: Kept,
): Promise<Stored> {
  const { node, number } = content.journal;
  const target = { resource: configMaps, namespace: node.namespace, name: journalName(node.name, number) };
  const object = await update(client, target, configMapOf(content, resourceVersion), fieldManager);
  return { ...content, ...versionOf(object) };
}

/** @returns undefined where there is none. @throws ClusterError */
export async function readJournal(client: Client, { journal }: Kept): Promise<Found | undefined> {
  const { node, number } = journal;
  const read = { verb: 'get', resource: configMaps, namespace: node.namespace } as const;
  const object = await getIfThere(client, { ...read, name: journalName(node.name, number) });
  return object && found(object);
}

/** Removes ended toggles of a node but for the last ten. @throws ClusterError */
export async function pruneJournals(client: Client, all: readonly Found[]): Promise<void> {
  const ended = all.flatMap(item => (item.ok && isEnded(item.value.journal) ? [item.value] : []));
  for (const { journal, uid, resourceVersion } of ended.slice(0, Math.max(0, ended.length - kept))) {
    const { node, number } = journal;
    const target = { resource: configMaps, namespace: node.namespace, name: journalName(node.name, number) };
    await remove(client, target, { uid, resourceVersion, propagationPolicy: 'Background' });
  }
}

function found(object: Fields): Found {
  const read = keptIn(object as unknown as ConfigMap);
  return read.ok ? { ok: true, value: { ...read.value, ...versionOf(object) } } : read;
}

function versionOf(object: Fields): Pick<Stored, 'resourceVersion' | 'uid'> {
  const { resourceVersion = '', uid = '' } = (object as unknown as ConfigMap).metadata;
  return { resourceVersion, uid };
}

function inOrder(one: Found, other: Found): number {
  if (!one.ok || !other.ok) return Number(one.ok) - Number(other.ok);
  const [a, b] = [one.value.journal, other.value.journal];
  return (
    compare(a.node.namespace, b.node.namespace) || compare(a.node.name, b.node.name) || a.number - b.number
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
