import type { Change as AnyChange } from '../core/watch/change.ts';
import { type FollowOptions, follow } from '../core/watch/follow.ts';
import type { Client, Query } from './client.ts';
import { sourceOf } from './collection.ts';
import type { ClusterError } from './error.ts';
import type { Resource } from './resource.ts';

/** What happened to a collection. After `listed` nothing older counts: what is not in it is gone. */
export type Change = Exclude<AnyChange, { type: 'bookmark' }>;

export type WatchOptions = Omit<FollowOptions, 'failed'> & {
  readonly query: Query;
  /** Told of each loss of the connection. */
  readonly lost: (error: ClusterError) => void;
};

/**
 * Follows a collection for somebody who looks on: as `follow` does, but ends where asking again would not help.
 *
 * @param namespace absent for every namespace.
 * @throws ClusterError where it cannot begin, or may not be read any more.
 */
export async function* watchAll(
  client: Client,
  resource: Resource,
  namespace: string | undefined,
  { query, lost, ...options }: WatchOptions,
): AsyncGenerator<Change> {
  const failed: FollowOptions['failed'] = (error, trouble, begun) => {
    if (!begun || trouble === 'refused') throw error;
    if (trouble === 'lost') lost(error as ClusterError);
  };
  const source = sourceOf(client, { resource, namespace, query }, options.signal);
  for await (const change of follow(source, { ...options, failed })) {
    if (change.type !== 'bookmark') yield change;
  }
}
