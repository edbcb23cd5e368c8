import {
  configMaps,
  jobs,
  persistentVolumeClaims,
  pods,
  type Resource,
  secretMetadata,
  secrets,
  seiNodes,
  services,
  statefulSets,
} from '../cluster/resource.ts';
import { type KubernetesObject, objectKey } from '../core/kubernetes.ts';
import { controllerOf, isSeiNode } from '../core/ownership.ts';
import type { Job } from '../core/plan/bootstrap-job.ts';
import type { Pod, StatefulSet } from '../core/plan/observed.ts';
import { seeks } from '../core/plan/peers.ts';
import { referencesOf } from '../core/references.ts';
import type { SeiNode } from '../core/seinode.ts';
import { isSameJSON } from '../core/watch/same.ts';
import type { Delta } from '../core/watch/store.ts';
import { ofNetworks } from './collections.ts';
import { MultiMap } from './multi-map.ts';

/** The keys of the nodes that a change concerns. */
export type Concerned = {
  readonly now: readonly string[];
  /** Whether somebody waits for what is done now: who changed a spec, deleted a node, or mended a Secret. */
  readonly isAwaited: boolean;
  /** Their peers may be others: it is enough to look soon, for nodes come and go in crowds. */
  readonly soon: readonly string[];
};

/** Which nodes a change concerns: the node itself, those that name what changed, the one it belongs to, its peers. */
export class Concern {
  /** Keys of nodes by `secrets NAMESPACE/NAME` and `claims NAMESPACE/NAME`. */
  readonly #naming = new MultiMap();
  /** The nodes that seek peers by labels, by their keys. */
  readonly #seekers = new Map<string, SeiNode>();

  /** To be told of every change, once and in order. */
  of(resource: Resource, delta: Delta): Concerned {
    const { key } = delta;
    if (resource === seiNodes) return this.#ofNode(delta);
    if (resource === secrets || resource === secretMetadata) {
      return { ...only(this.nodesNaming(key)), isAwaited: true };
    }
    if (ofNetworks.has(resource) || !isNews(resource, delta)) return only([]);
    // What nobody looks at while it is there concerns its node only as it goes.
    const isQuiet = resource === services || resource === configMaps || isOwnClaim(resource, delta.object);
    if (isQuiet && delta.type !== 'deleted') return only([]);
    if (resource === persistentVolumeClaims) return only(this.#naming.get(`claims ${key}`));
    // A pod whose label was changed concerns the node that it was of.
    const before = 'before' in delta ? delta.before : delta.object;
    return only(new Set([before, delta.object].map(each => ownerKey(each as Any))));
  }

  /** The keys of the nodes whose spec names a Secret. @param secret NAMESPACE/NAME. */
  nodesNaming(secret: string): Iterable<string> {
    return this.#naming.get(`secrets ${secret}`);
  }

  #ofNode({ type, key, object, ...delta }: Delta): Concerned {
    const node = object as Any as SeiNode;
    const before = 'before' in delta ? (delta.before as Any as SeiNode) : undefined;
    if (!isSameJSON(before?.spec, node.spec)) this.#index(type, key, node, before);
    this.#seekers.delete(key);
    if (type !== 'deleted' && node.spec.peers?.some(({ label }) => label)) this.#seekers.set(key, node);
    const was = type === 'deleted' ? node : before;
    // The API server counts changes of spec, and a deletion as one (generation): not those of status.
    const isAwaited =
      type === 'deleted' || (before !== undefined && before.metadata.generation !== node.metadata.generation);
    return { now: [key], isAwaited, soon: this.#seeking(key, was, type === 'deleted' ? undefined : node) };
  }

  /** The keys of the other nodes whose labels select a node that they did not before, or did and do no more. */
  #seeking(key: string, before: SeiNode | undefined, node: SeiNode | undefined): string[] {
    const isSought = (seeker: SeiNode, other: SeiNode | undefined) =>
      other !== undefined && seeks(seeker, other);
    // Most of what is heard of a node is its status, and seeks (`seeks`) ask for nothing of that.
    if (before && node && isSameJSON(soughtBy(before), soughtBy(node))) return [];
    return [...this.#seekers]
      .filter(([seeker, by]) => seeker !== key && isSought(by, before) !== isSought(by, node))
      .map(([seeker]) => seeker);
  }

  #index(type: Delta['type'], key: string, node: SeiNode, before: SeiNode | undefined): void {
    for (const name of namesOf(before ?? node)) this.#naming.delete(name, key);
    if (type === 'deleted') return;
    for (const name of namesOf(node)) this.#naming.add(name, key);
  }
}

/** What of a node labels in spec.peers may select it by; its namespace never changes. */
function soughtBy({ metadata: { labels, deletionTimestamp } }: SeiNode): unknown {
  return [labels, deletionTimestamp];
}

type Any = KubernetesObject;

/** What is read of pods and StatefulSets: kubelet and controllers write much else, which is news to nobody. */
const readOf = new Map<Resource, (object: Any & Pod & StatefulSet & Job) => unknown>([
  [
    pods,
    ({ metadata: { labels, deletionTimestamp, ownerReferences }, spec, status }) => [
      ...[labels, deletionTimestamp, ownerReferences, status?.phase, status?.initContainerStatuses],
      spec?.containers?.map(({ image }) => image),
    ],
  ],
  [
    jobs,
    ({ metadata: { labels, deletionTimestamp, ownerReferences }, status }) => [
      ...[labels, deletionTimestamp, ownerReferences, status?.conditions],
    ],
  ],
  [
    statefulSets,
    ({ metadata: { labels, deletionTimestamp, ownerReferences, generation }, status }) => [
      ...[labels, deletionTimestamp, ownerReferences, generation],
      ...[status?.observedGeneration, status?.updateRevision],
    ],
  ],
]);

function isNews(resource: Resource, delta: Delta): boolean {
  const read = readOf.get(resource);
  if (delta.type !== 'updated' || read === undefined) return true;
  return !isSameJSON(read(delta.before as never), read(delta.object as never));
}

function isOwnClaim(resource: Resource, object: unknown): boolean {
  const controller = resource === persistentVolumeClaims ? controllerOf(object as Any) : undefined;
  return controller !== undefined && isSeiNode(controller);
}

function only(keys: Iterable<string>): Concerned {
  return { now: [...keys], isAwaited: false, soon: [] };
}

function namesOf(node: SeiNode): string[] {
  const { secrets, claims } = referencesOf(node);
  return [...secrets.map(key => `secrets ${key}`), ...claims.map(key => `claims ${key}`)];
}

/** Pods and objects of a node carry its label; a StatefulSet without is one that is in a node's way. */
function ownerKey({ metadata: { namespace, name, labels } }: Any): string {
  return objectKey(namespace, labels?.['sei.io/node'] ?? name);
}
