import { createHash } from 'node:crypto';
import { parseJSON } from '../json.ts';
import type { ObjectMeta } from '../kubernetes.ts';
import type { LeaseSpec } from '../leader-election.ts';
import { failure, type Result, success } from '../result.ts';
import { isFields, type Schema, structuralFaults } from '../schema/structural.ts';
import { isEnded, type Journal, steps } from './journal.ts';

/** A ConfigMap (Kubernetes API, core/v1). */
export type ConfigMap = {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: ObjectMeta;
  readonly data?: Readonly<Record<string, string>>;
};

/** A journal, and who works on it now. */
export type Kept = { readonly journal: Journal; readonly lease: LeaseSpec };

/** `USER@HOST` who works on a toggle now, or has died doing so. */
export function holderOf({ holderIdentity }: LeaseSpec): string | undefined {
  return holderIdentity?.split(' ')[0] || undefined;
}

/** On every journal: what it is one of. */
export const journalLabel = 'seinode.sei.io/toggle';
/** On every journal: the node, by `labelValue`. */
export const nodeLabel = 'seinode.sei.io/node';

/** The longest value of a label (Kubernetes API, labels): no pod is labelled with more. */
export const longestLabel = 63;
/** Leaves room for the number within the 253 of a name. */
const longestName = 200;

/** A node's name as the value of a label: a digest where it is too long for one. */
export function labelValue(name: string): string {
  return name.length <= longestLabel ? name : `sha256-${digest(name)}`;
}

/** The ConfigMap that keeps the toggle of a number: who comes second finds the name taken. */
export function journalName(node: string, number: number): string {
  const name = node.length <= longestName ? node : `${node.slice(0, 100)}-${digest(node)}`;
  return `${name}-tls-toggle-${number}`;
}

/** The ConfigMap of a journal, owned by nobody: it outlives the node. @param resourceVersion of the one that it replaces. */
export function configMapOf({ journal, lease }: Kept, resourceVersion?: string): ConfigMap {
  const { node, number } = journal;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: journalName(node.name, number),
      namespace: node.namespace,
      ...(resourceVersion !== undefined && { resourceVersion }),
      labels: {
        'app.kubernetes.io/managed-by': 'kubectl-seinode',
        [journalLabel]: isEnded(journal) ? 'ended' : 'unfinished',
        [nodeLabel]: labelValue(node.name),
      },
    },
    data: { 'journal.json': text(journal), 'lease.json': text(lease) },
  };
}

/** What a ConfigMap keeps. @returns else why it cannot be read, with the ConfigMap's name. */
export function keptIn({ metadata, data = {} }: ConfigMap): Result<Kept> {
  const what = `ConfigMap ${metadata.namespace}/${metadata.name}`;
  const [journal, lease] = ['journal.json', 'lease.json'].map(key => parseJSON(data[key] ?? ''));
  const version = isFields(journal) ? journal.version : undefined;
  if (typeof version === 'number' && version !== 1) {
    return failure(`${what} is of version ${version}: a newer kubectl-seinode wrote it, use that`);
  }
  const [fault] = [
    ...structuralFaults(journal, journalSchema, 'journal.json'),
    ...structuralFaults(lease, leaseSchema, 'lease.json'),
  ];
  if (fault) return failure(`${what} is no journal of a toggle: ${fault.field} ${fault.message}`);
  const kept = { journal, lease } as Kept;
  return isOf(kept.journal, metadata)
    ? success(kept)
    : failure(`${what} is no journal of a toggle: it speaks of a node elsewhere`);
}

/** Whoever may write ConfigMaps in a namespace must not lead anybody to another. */
function isOf({ node, manifest, number }: Journal, { namespace, name }: ObjectMeta): boolean {
  const { metadata } = manifest;
  const isOne = metadata.name === node.name && metadata.namespace === node.namespace;
  return isOne && node.namespace === namespace && journalName(node.name, number) === name;
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 40);
}

function text(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const string: Schema = { type: 'string' };
const named: Schema = { type: 'string', minLength: 1 };

function object(properties: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties: { ...properties, ...optional },
  };
}

const owner = object({ kind: named, uid: named }, { apiVersion: string, name: string });
const strings: Schema = { type: 'object', additionalProperties: string };
const manifest = object({
  apiVersion: { type: 'string', enum: ['sei.io/v1alpha1'] },
  kind: { type: 'string', enum: ['SeiNode'] },
  metadata: object({ name: named, namespace: named }, { labels: strings, annotations: strings }),
  spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
});
const journalSchema = object(
  {
    version: { type: 'integer', minimum: 1 },
    number: { type: 'integer', minimum: 1 },
    node: object({ namespace: named, name: named, uid: named }),
    direction: { type: 'string', enum: ['forward', 'back'] },
    step: { type: 'string', enum: steps },
    times: { type: 'array', items: object({ step: named, direction: named, at: named }) },
    who: string,
    pluginVersion: string,
    verify: { type: 'boolean' },
    claim: object({ name: named, uid: named }, { owner }),
    volume: object({ name: named, uid: named, reclaimPolicy: named }),
    manifest,
  },
  { from: string, to: string, statefulSet: string, deleting: string, created: string },
);
const leaseSchema = object({}, { holderIdentity: string, leaseDurationSeconds: { type: 'integer' } });
