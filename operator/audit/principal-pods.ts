import { isDeepStrictEqual } from 'node:util';
import type { Client } from '../../cluster/client.ts';
import { reflect } from '../../cluster/reflector.ts';
import { apiVersionOf, pods } from '../../cluster/resource.ts';
import { hasNetwork, networkPart } from '../../core/network/decode-pod.ts';
import type { NetworkPod } from '../../core/network/network.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { Store } from '../../core/watch/store.ts';
import { waiting } from '../waiting.ts';

export type PrincipalPodsOptions = {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Told that a pod came, went or is another to the network. */
  readonly changed: () => void;
};

type Followed = {
  readonly store: Store;
  readonly over: AbortController;
  /** Settled once the pods were listed, or could not be. */
  readonly looked: PromiseWithResolvers<void>;
  trouble?: string | undefined;
};

/** In more namespaces than these one watch of all pods is cheaper. */
const most = 8;

/**
 * The pods of the namespaces that the controller and monitoring may be in: as soon as some are there, they decide who is
 * kept out (`netpol-blocked`). Of each only what matters to the network is kept.
 */
export class PrincipalPods {
  readonly #followed = new Map<string, Followed>();
  readonly #options: PrincipalPodsOptions;

  constructor(options: PrincipalPodsOptions) {
    this.#options = options;
  }

  /** Follows the pods of these namespaces and of no others. Resolves once each is known, or why it is not. */
  async follow(namespaces: readonly string[]): Promise<void> {
    const wanted = new Set(namespaces.length > most ? [everywhere] : namespaces);
    for (const [namespace, { over }] of this.#followed) {
      if (wanted.has(namespace)) continue;
      over.abort();
      this.#followed.delete(namespace);
    }
    for (const namespace of wanted) {
      if (!this.#followed.has(namespace)) this.#followed.set(namespace, this.#begin(namespace));
    }
    await Promise.all([...this.#followed.values()].map(({ looked }) => looked.promise));
  }

  pods(): NetworkPod[] {
    return [...this.#followed.values()].flatMap(
      ({ store }) => [...store.values()] as unknown[] as NetworkPod[],
    );
  }

  /** Why pods are not known as they are now, one sentence a namespace. */
  troubles(): string[] {
    return [...this.#followed.values()].flatMap(({ trouble }) => trouble ?? []);
  }

  #begin(namespace: string): Followed {
    const { client, signal, now, changed } = this.#options;
    const over = new AbortController();
    const followed: Followed = { store: new Store(), over, looked: Promise.withResolvers<void>() };
    const until = AbortSignal.any([signal, over.signal]);
    until.addEventListener('abort', () => followed.looked.resolve(), { once: true });
    const where = namespace === everywhere ? undefined : namespace;
    void reflect(client, { resource: pods, namespace: where, keep }, followed.store, {
      signal: until,
      now,
      random: Math.random,
      wait: milliseconds => waiting(milliseconds, until),
      opened: () => {
        followed.trouble = undefined;
      },
      heard: deltas => {
        followed.trouble = undefined;
        followed.looked.resolve();
        if (deltas.some(delta => delta.type !== 'updated' || isOther(delta.before, delta.object))) changed();
      },
      failed: (error, trouble) => {
        if (trouble === 'none') return;
        followed.trouble = error instanceof Error ? error.message : String(error);
        followed.looked.resolve();
      },
    });
    return followed;
  }
}

const everywhere = '';

function keep(pod: Fields): Fields {
  const part = networkPart({ ...pod, apiVersion: apiVersionOf(pods), kind: pods.kind } as NetworkPod);
  const { uid, resourceVersion } = pod.metadata as NetworkPod['metadata'];
  return { ...part, metadata: { ...part.metadata, uid, resourceVersion } };
}

/** Of who may connect the rules read no more. */
function isOther(before: Fields, now: Fields): boolean {
  const [was, is] = [before, now].map(pod => pod as unknown as NetworkPod) as [NetworkPod, NetworkPod];
  return hasNetwork(was) !== hasNetwork(is) || !isDeepStrictEqual(was.metadata.labels, is.metadata.labels);
}
