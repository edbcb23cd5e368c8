import pLimit from 'p-limit';
import type { Client } from '../cluster/client.ts';
import { ClusterError } from '../cluster/error.ts';
import { events } from '../cluster/resource.ts';
import { create, merge } from '../cluster/write.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import type { NodeEvent } from '../core/plan/events.ts';
import { printableWithin } from '../core/printable.ts';
import { timestamp } from '../core/timestamp.ts';
import { fieldManager } from './objects.ts';

export type RecorderOptions = {
  readonly client: Client;
  readonly now: () => Date;
  /** A name that no Event had before: it follows the node's. */
  readonly suffix: () => string;
  /** Told of an Event that could not be written; nothing else comes of it. */
  readonly failed: (object: KubernetesObject, error: unknown) => void;
};

/** So many Events are under way at once: a node that comes up has five, and its writes go before them (client-go writes one). */
const atOnce = 2;
/** So many Events are remembered, to be counted when they are told again. */
const remembered = 4096;

/** Tells of a node what people look for in `kubectl describe` (Kubernetes API, core/v1 Event). */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #told = new Map<string, { readonly name: string; count: number }>();
  readonly #limit = pLimit(atOnce);

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Writes Events, one after the other; one that was told before of the node is counted. It never fails. */
  async record(node: KubernetesObject, told: readonly NodeEvent[]): Promise<void> {
    const [subject, moment] = [referenceTo(node), timestamp(this.#options.now())];
    for (const event of told) {
      await this.#limit(() => this.#write(subject, event, moment)).catch(error =>
        this.#options.failed(subject, error),
      );
    }
  }

  async #write(node: KubernetesObject, event: NodeEvent, moment: string): Promise<void> {
    const key = JSON.stringify([node.metadata.uid, event]);
    if (await this.#count(node, key, moment)) return;
    const { client } = this.#options;
    const made = this.#eventOf(node, event, moment);
    await create(client, { resource: events, namespace: namespaceOf(node.metadata) }, made, fieldManager);
    this.#remember(key, made.metadata.name);
  }

  /** @returns false where it was never told, or so long ago that the Event has expired. */
  async #count({ metadata }: KubernetesObject, key: string, lastTimestamp: string): Promise<boolean> {
    const known = this.#told.get(key);
    if (known === undefined) return false;
    known.count += 1;
    const target = { resource: events, namespace: namespaceOf(metadata), name: known.name };
    try {
      await merge(this.#options.client, target, { count: known.count, lastTimestamp }, fieldManager);
      return true;
    } catch (error) {
      if (error instanceof ClusterError && error.fault.status === 404) return false;
      throw error;
    }
  }

  #remember(key: string, name: string): void {
    this.#told.set(key, { name, count: 1 });
    const [oldest] = this.#told.keys();
    if (this.#told.size > remembered && oldest !== undefined) this.#told.delete(oldest);
  }

  #eventOf(node: KubernetesObject, { type, reason, message }: NodeEvent, moment: string) {
    const { apiVersion, kind, metadata } = node;
    const { name, namespace, uid, resourceVersion } = metadata;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: namespaceOf(metadata), name: `${name}.${this.#options.suffix()}` },
      involvedObject: { apiVersion, kind, namespace, name, uid, resourceVersion },
      type,
      reason,
      // The API server refuses a longer one.
      message: printableWithin(message, 1024),
      source: { component: fieldManager },
      reportingComponent: fieldManager,
      firstTimestamp: moment,
      lastTimestamp: moment,
      count: 1,
    };
  }
}

/** An Event may wait for others: all of an object would be kept for it. */
function referenceTo({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    ...{ apiVersion, kind },
    metadata: { name, namespace, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
  };
}

/** Those of what has no namespace are told in `default` (client-go, tools/record). */
function namespaceOf({ namespace }: KubernetesObject['metadata']): string {
  return namespace || 'default';
}
