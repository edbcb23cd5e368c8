import { ClusterError } from '../../../cluster/error.ts';
import type { Resource } from '../../../cluster/resource.ts';
import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { type Fields, isFields } from '../../../core/schema/structural.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import type { Objects } from '../../../operator/objects.ts';

/** An object of the fake, of any kind. */
export type Stored = {
  readonly kind: string;
  readonly metadata: Partial<KubernetesObject['metadata']>;
} & Fields;

/** A fake of the cluster around nodes, as small as can be: names, UIDs, resourceVersions, no controllers. */
export class FakeObjects implements Objects {
  /** Every request to the API server: verb, kind, name. */
  readonly asked: string[] = [];
  /** Happens before a request is answered; may throw. */
  before: (asked: string) => void = () => {};
  /** The metadata of the CRD of nodes; undefined where it may not be read, and its kind is being deleted. */
  crd: object | undefined = { creationTimestamp: '2026-01-01T00:00:00Z' };
  readonly #objects = new Map<string, Fields>();
  readonly #cache: ReadonlyMap<string, Fields>;

  /** @param objects that the API server has. @param cached that the cache has; the same where it is up to date. */
  constructor(objects: readonly Stored[], cached = objects) {
    for (const object of objects) this.put(object);
    this.#cache = new Map(cached.map(object => [keyOf(object.kind, object.metadata.name), object]));
  }

  put(object: Stored): void {
    this.#objects.set(keyOf(object.kind, object.metadata.name), object);
  }

  delete(kind: string, name: string): void {
    this.#objects.delete(keyOf(kind, name));
  }

  readonly cached: Objects['cached'] = ({ kind }, _, name) => this.#cache.get(keyOf(kind, name));

  readonly cachedIn: Objects['cachedIn'] = ({ kind }) =>
    [...this.#cache.values()].filter(object => object.kind === kind);

  readonly nodes: Objects['nodes'] = () =>
    [...this.#cache.values()].filter(({ kind }) => kind === 'SeiNode') as unknown as SeiNode[];

  readonly read: Objects['read'] = async ({ kind }, _, name) => {
    this.#told(`get ${kind} ${name}`);
    if (kind === 'CustomResourceDefinition') {
      if (this.crd === undefined) throw refusal(403, 'Forbidden');
      return { metadata: this.crd };
    }
    return this.#objects.get(keyOf(kind, name));
  };

  readonly list: Objects['list'] = async ({ kind }, _, selector) => {
    this.#told(`list ${kind}`);
    const [key = '', value] = selector.split('=');
    return [...this.#objects.values()].filter(
      object => object.kind === kind && (key === '' || metadataOf(object).labels?.[key] === value),
    );
  };

  readonly verbsOf: Objects['verbsOf'] = async ({ plural }) => {
    this.#told(`verbs ${plural}`);
    return this.crd === undefined ? ['delete', 'get', 'list'] : ['create', 'delete', 'get', 'list'];
  };

  readonly apply: Objects['apply'] = async (_, { kind }, object) => {
    this.#told(`apply ${kind} ${object.metadata.name}`);
    const there = this.#objects.get(keyOf(kind, object.metadata.name));
    const made = { ...object, metadata: { ...object.metadata, ...(there && metadataOf(there)) } };
    this.put(made);
    return made;
  };

  readonly create: Objects['create'] = async (_, { kind }, object) => {
    const { name } = metadataOf(object);
    this.#told(`create ${kind} ${name}`);
    if (this.#objects.has(keyOf(kind, name))) throw refusal(409, 'AlreadyExists');
    this.put(object as unknown as Stored);
    return { metadata: object.metadata };
  };

  readonly merge: Objects['merge'] = async (_, { kind }, name, change) => {
    this.#told(`merge ${kind} ${name}`);
    const there = this.#objects.get(keyOf(kind, name));
    if (there === undefined || metadataOf(there).uid !== metadataOf(change).uid)
      throw refusal(409, 'Conflict');
    const merged = patched(there, change) as Stored;
    this.put(merged);
    return { metadata: merged.metadata };
  };

  readonly patchFinalizers: Objects['patchFinalizers'] = async (node, finalizers) => {
    this.#told(`finalizers ${finalizers.join()}`);
    return { ...node, metadata: { ...node.metadata, finalizers } };
  };

  readonly patchStatus: Objects['patchStatus'] = async (node, status) => {
    this.#told('status');
    return { ...node, status };
  };

  readonly remove: Objects['remove'] = async (_, { kind }: Resource, name, { uid, resourceVersion }) => {
    this.#told(`delete ${kind} ${name}`);
    const there = this.#objects.get(keyOf(kind, name));
    if (there === undefined) return false;
    const metadata = metadataOf(there);
    const meant = resourceVersion === undefined || metadata.resourceVersion === resourceVersion;
    if (metadata.uid !== uid || !meant) throw refusal(409, 'Conflict');
    return this.#objects.delete(keyOf(kind, name));
  };

  #told(asked: string): void {
    this.asked.push(asked);
    this.before(asked);
  }
}

/** A JSON merge patch (RFC 7386). */
function patched(before: Fields, patch: Fields): Fields {
  const entries = Object.entries({ ...before, ...patch }).filter(([key]) => patch[key] !== null);
  return Object.fromEntries(
    entries.map(([key, value]) =>
      isFields(before[key]) && isFields(patch[key]) ? [key, patched(before[key], patch[key])] : [key, value],
    ),
  );
}

/** How the API server refuses. */
export function refusal(status: number, reason: string): ClusterError {
  return new ClusterError(`refused: ${reason}`, { status, reason });
}

function keyOf(kind: string, name: string | undefined): string {
  return `${kind} ${name}`;
}

function metadataOf({ metadata }: Fields): KubernetesObject['metadata'] {
  return metadata as KubernetesObject['metadata'];
}
