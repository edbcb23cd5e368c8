import { setTimeout as sleep } from 'node:timers/promises';
import { persistentVolumeClaims, pods, type Resource, seiNodes } from '../../cluster/resource.ts';
import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { followAll } from '../follow.ts';
import { ReferenceAPI } from './reference-api.ts';
import { type Look, lookAt } from './reference-reconciler.ts';

/** What reconciles SeiNodes and can be away for a while: the stand-in below, or our operator. */
export type Controller = {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Milliseconds between two looks at a node that waits for something. */
const poll = 100;

/**
 * A stand-in for the Go reference controller (contract §3, §4, §7): what it does to a node's objects, and nothing that
 * needs a sidecar. Nothing happens before `start`.
 *
 * @param slow milliseconds before each look at a node.
 */
export function referenceController(controlPlane: ControlPlane, { slow = 0 } = {}): Controller {
  let over = new AbortController();
  let working: Promise<unknown> = Promise.resolve();
  const start = async () => {
    over = new AbortController();
    const { signal } = over;
    const api = new ReferenceAPI(controlPlane);
    const queue = new NodeQueue(async (namespace, name) => {
      await sleep(slow, undefined, { signal });
      return lookAt(api, namespace, name);
    }, signal);
    const follow = (resource: Resource, nodeOf: (object: KubernetesObject) => string | undefined) =>
      followAll<KubernetesObject>(controlPlane, resource, signal, object => {
        const name = nodeOf(object);
        if (name !== undefined) queue.add(object.metadata.namespace, name);
      });
    const following = [
      follow(seiNodes, ({ metadata }) => metadata.name),
      follow(pods, ({ metadata }) => metadata.labels?.['sei.io/node']),
      follow(persistentVolumeClaims, ({ metadata }) => metadata.labels?.['sei.io/node']),
    ];
    working = Promise.all(following)
      .then(() => queue.settled())
      .then(() => api.close());
  };
  const stop = async () => {
    over.abort();
    await working;
  };
  return { start, stop };
}

/** Looks at each node again after every change, one look at a time. */
class NodeQueue {
  readonly #look: (namespace: string, name: string) => Promise<Look>;
  readonly #signal: AbortSignal;
  /** The nodes under way, and whether they are to be looked at once more. */
  readonly #again = new Map<string, boolean>();
  readonly #working = new Set<Promise<void>>();

  constructor(look: (namespace: string, name: string) => Promise<Look>, signal: AbortSignal) {
    [this.#look, this.#signal] = [look, signal];
  }

  add(namespace: string, name: string): void {
    const key = objectKey(namespace, name);
    const isUnderWay = this.#again.has(key);
    this.#again.set(key, isUnderWay);
    if (isUnderWay) return;
    const work = this.#work(key, namespace, name).finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#working);
  }

  async #work(key: string, namespace: string, name: string): Promise<void> {
    while (!this.#signal.aborted) {
      this.#again.set(key, false);
      // What fails, such as a write on an old state, is tried again from the start.
      const result = await this.#look(namespace, name).catch(() => 'waits' as const);
      if (result === 'waits') await sleep(poll, undefined, { signal: this.#signal }).catch(() => {});
      else if (!this.#again.get(key)) break;
    }
    this.#again.delete(key);
  }
}
