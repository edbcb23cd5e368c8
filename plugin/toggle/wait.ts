import { setTimeout } from 'node:timers/promises';
import type { Client } from '../../cluster/client.ts';
import { sourceOf } from '../../cluster/collection.ts';
import { ClusterError } from '../../cluster/error.ts';
import { seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Change } from '../../core/watch/change.ts';
import { isOlder } from '../../core/watch/resource-version.ts';
import { withoutNulls } from '../source/decode.ts';
import { lookAtNode, type Subject } from './look.ts';

type Next = Promise<IteratorResult<Change>>;

/** What becomes of a node, by one watch for as long as it lasts. */
export class NodeWatch {
  readonly #client: Client;
  readonly #subject: Subject;
  readonly #signal: AbortSignal;
  #changes: AsyncIterator<Change> | undefined;
  #next: Next | undefined;

  /** @param signal ends it. */
  constructor(client: Client, subject: Subject, signal: AbortSignal) {
    this.#client = client;
    this.#subject = subject;
    this.#signal = signal;
  }

  /**
   * Waits for the next change.
   *
   * @param known the node as it was seen last. @param milliseconds that it waits at most.
   * @returns the node then, the same where nothing changed; undefined once it is gone. @throws ClusterError
   */
  async next(known: SeiNode, milliseconds: number): Promise<SeiNode | undefined> {
    const over = new AbortController();
    const pause = setTimeout(milliseconds, 'over' as const, {
      signal: AbortSignal.any([over.signal, this.#signal]),
    });
    try {
      for (;;) {
        this.#next ??= this.#advance(known);
        const first = await Promise.race([this.#next, pause]);
        if (first === 'over') return known;
        this.#next = undefined;
        if (first.done) break;
        const found = after(known, first.value);
        if (found !== 'old') return found;
      }
    } catch (error) {
      this.#next = undefined;
      if (this.#signal.aborted || !isRefusal(error)) throw error;
      // Whoever may not watch, or is too late for it, asks.
      await setTimeout(Math.min(milliseconds, 1_000), undefined, { signal: this.#signal });
    } finally {
      over.abort();
      pause.catch(() => {});
    }
    this.#changes = undefined;
    return lookAtNode(this.#client, this.#subject);
  }

  #advance({ metadata: { namespace, name, resourceVersion = '' } }: SeiNode): Next {
    const query = { fieldSelector: `metadata.name=${name}` };
    const source = () => sourceOf(this.#client, { resource: seiNodes, namespace, query }, this.#signal);
    this.#changes ??= source()
      .watch(resourceVersion, () => {})
      [Symbol.asyncIterator]();
    const next = this.#changes.next();
    // Nobody may be there to hear of it.
    next.catch(() => {});
    return next;
  }
}

/** The node after a change; what is told may be known already. */
function after(known: SeiNode, change: Change): SeiNode | undefined | 'old' {
  if (change.type !== 'applied' && change.type !== 'deleted') return 'old';
  const node = withoutNulls(change.object) as unknown as SeiNode;
  const { uid, resourceVersion = '' } = known.metadata;
  if (change.type === 'deleted') return node.metadata.uid === uid ? undefined : 'old';
  return isOlder(resourceVersion, node.metadata.resourceVersion ?? '') ? node : 'old';
}

/** Forbidden, or its moment is no longer kept. */
function isRefusal(error: unknown): boolean {
  return error instanceof ClusterError && [403, 410].includes(error.fault.status ?? 0);
}
