import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import { dump } from 'js-yaml';
import type { Condition } from '../../core/kubernetes.ts';
import { compare } from '../../core/order.ts';
import { defaults } from './defaults.ts';

/** Fields that differ with every run, at any depth. */
const ofRuns = new Set([
  ...['resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'observedGeneration'],
  ...['lastTransitionTime', 'phaseTransitionTime', 'submittedAt', 'completedAt', 'id'],
  'kubectl.kubernetes.io/last-applied-configuration',
]);

/** What differs within a text. */
const identity = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;
const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/**
 * Holds objects, as the API server keeps them, against a file of this directory. `GOLDEN=write` writes the file instead:
 * `GOLDEN=write npx ava test/integration/operator-golden.test.ts`, and read the difference before it is committed.
 */
export function isGolden(t: ExecutionContext, file: string, objects: readonly Stored[]): void {
  const path = join(import.meta.dirname, file);
  const text = objects.map(object => dump(normal(object), { noRefs: true, lineWidth: -1 })).join('---\n');
  if (process.env.GOLDEN === 'write') writeFileSync(path, text);
  t.is(text, readFileSync(path, 'utf8'));
}

export type Stored = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly uid?: string };
  readonly spec?: object;
  readonly status?: object;
};

/** Of a node what we make of it, of what we make what we say: neither a node's spec nor what controllers tell. */
export function normal({ apiVersion, kind, metadata, spec, status, ...rest }: Stored): unknown {
  const { uid, ...named } = metadata;
  const said = kind === 'SeiNode' ? { status } : { spec };
  return walk({ apiVersion, kind, metadata: named, ...said, ...rest }, kind);
}

/** @param path kind and fields; elements of a list have the list's. */
function walk(value: unknown, path: string): unknown {
  if (Array.isArray(value)) {
    // A map by type (x-kubernetes-list-type of the CRD): their order is the one in which they happened to be found.
    const ordered = path === 'SeiNode.status.conditions' ? value.toSorted(byType) : value;
    return ordered.map(each => walk(each, path));
  }
  if (typeof value === 'string') return value.replace(identity, 'UUID').replace(moment, 'TIME');
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .filter(([name, field]) => field !== undefined && !ofRuns.has(name))
    .map(([name, field]) => [name, walk(field, `${path}.${name}`)] as const)
    .filter(([name, field]) => !isDefault(`${path}.${name}`, field));
  return Object.fromEntries(fields);
}

function byType(one: Condition, other: Condition): number {
  return compare(one.type, other.type);
}

function isDefault(path: string, value: unknown): boolean {
  return defaults.some(([end, added]) => path.endsWith(end) && isDeepStrictEqual(value, added));
}
