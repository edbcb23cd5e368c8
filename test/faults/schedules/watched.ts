import { setTimeout } from 'node:timers/promises';
import { openCluster } from '../../../cluster/client.ts';
import { reflect } from '../../../cluster/reflector.ts';
import { persistentVolumeClaims, persistentVolumes, pods, type Resource } from '../../../cluster/resource.ts';
import { type KubernetesObject, objectKey } from '../../../core/kubernetes.ts';
import { isOlder } from '../../../core/watch/resource-version.ts';
import { type Delta, Store } from '../../../core/watch/store.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import type { Facts } from '../../toggle/facts.ts';

type Seen = KubernetesObject & {
  readonly spec?: { readonly nodeName?: string; readonly claimRef?: { readonly namespace?: string } };
  readonly status?: { readonly phase?: string };
};

/** Watches every claim, volume and pod of a control plane, and knows what must never be seen of them. */
export class Watched {
  readonly #stores = new Map<Resource, Store>();
  readonly #trail = new Map<string, string[]>();
  readonly #wrong = new Map<string, string[]>();
  /** UIDs of the pods whose machine was asked to end them. */
  readonly #ending = new Set<string>();

  /** @param signal ends it. */
  constructor(controlPlane: ControlPlane, signal: AbortSignal) {
    for (const kind of [persistentVolumeClaims, persistentVolumes, pods]) {
      const store = new Store();
      this.#stores.set(kind, store);
      void follow(controlPlane, kind, store, signal, delta => this.#heard(kind, delta));
    }
  }

  /** Waits until it has seen this. @returns what was seen in a namespace and must never be. @throws where it is never seen. */
  async wrong(namespace: string, { claim, volume, pod }: Facts): Promise<readonly string[]> {
    const isSeen = () =>
      this.#has(persistentVolumeClaims, claim) &&
      this.#has(persistentVolumes, volume) &&
      this.#has(pods, pod);
    if (!(await until(isSeen))) throw new Error(`the watches lag behind: ${this.trail(namespace)}`);
    return this.#wrong.get(namespace) ?? [];
  }

  /** All that was seen in a namespace, for who reads of a failure. */
  trail(namespace: string): string {
    return (this.#trail.get(namespace) ?? []).join('\n');
  }

  #heard(kind: Resource, { type, object }: Delta): void {
    const { metadata, spec, status } = object as unknown as Seen;
    const { uid = '', deletionTimestamp } = metadata;
    const namespace = metadata.namespace ?? spec?.claimRef?.namespace ?? '';
    const state = deletionTimestamp === undefined ? status?.phase : 'ending';
    const line = `${new Date().toISOString()} ${kind.kind} ${metadata.name} ${uid} ${type}, ${state}`;
    note(this.#trail, namespace, line);
    const isWrong =
      kind === pods
        ? this.#isForced(type, object as unknown as Seen) || this.#isBeside(object as unknown as Seen)
        : type === 'deleted' || ['ending', 'Released', 'Failed', 'Lost'].includes(state ?? '');
    if (isWrong) note(this.#wrong, namespace, line);
  }

  /** A pod that is gone before its machine was asked to end it: it may run on there. */
  #isForced(type: Delta['type'], { metadata, spec }: Seen): boolean {
    if (type !== 'deleted' && metadata.deletionTimestamp !== undefined) this.#ending.add(metadata.uid!);
    return type === 'deleted' && spec?.nodeName !== undefined && !this.#ending.has(metadata.uid!);
  }

  /** Two pods of one node. */
  #isBeside({ metadata: { namespace, labels } }: Seen): boolean {
    const node = labels?.['sei.io/node'];
    const all = [...this.#stores.get(pods)!.values()] as unknown as readonly Seen[];
    const isOf = ({ metadata }: Seen) =>
      metadata.namespace === namespace && metadata.labels?.['sei.io/node'] === node;
    return node !== undefined && all.filter(isOf).length > 1;
  }

  #has(kind: Resource, object: Pick<KubernetesObject, 'metadata'> | undefined): boolean {
    if (object === undefined) return true;
    const { namespace = '', name, resourceVersion = '' } = object.metadata;
    const seen = this.#stores.get(kind)?.get(objectKey(namespace, name)) as Seen | undefined;
    return seen !== undefined && !isOlder(seen.metadata.resourceVersion ?? '', resourceVersion);
  }
}

/** As `followAll`, and of what is deleted too. */
async function follow(
  { kubeconfig }: ControlPlane,
  resource: Resource,
  store: Store,
  signal: AbortSignal,
  heard: (delta: Delta) => void,
): Promise<void> {
  const client = openCluster({ kubeconfig, requestTimeout: 0, stdinTaken: false, userAgent: 'test' }, {});
  await reflect(client, { resource }, store, {
    signal,
    wait: milliseconds => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
    random: Math.random,
    now: () => performance.now(),
    failed: () => {},
    heard: deltas => {
      for (const delta of deltas) heard(delta);
    },
  });
  await client.close();
}

function note(notes: Map<string, string[]>, namespace: string, line: string): void {
  notes.set(namespace, [...(notes.get(namespace) ?? []), line]);
}
