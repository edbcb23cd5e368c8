import { type FollowOptions, follow } from '../core/watch/follow.ts';
import type { Delta, Store } from '../core/watch/store.ts';
import type { Client } from './client.ts';
import { type Collection, sourceOf } from './collection.ts';

export type ReflectOptions = FollowOptions & {
  /**
   * Told of every sign of life, after the store has it: what is new, in order, or nothing after a bookmark or an event
   * that was known. It must not throw.
   */
  readonly heard: (deltas: readonly Delta[]) => void;
};

/**
 * Keeps a store like a collection until the signal, whatever becomes of the server, of permissions and of the kind:
 * what is refused now may be granted later.
 */
export async function reflect(
  client: Client,
  collection: Collection,
  store: Store,
  { heard, ...options }: ReflectOptions,
): Promise<void> {
  for await (const change of follow(sourceOf(client, collection, options.signal), options)) {
    heard(store.apply(change));
  }
}
