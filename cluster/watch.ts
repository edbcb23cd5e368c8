import { type Fields, isFields } from '../core/schema/structural.ts';
import type { Client, Query } from './client.ts';
import { ClusterError } from './error.ts';
import { brokenWatch, statusError } from './explain.ts';
import { listAll } from './list.ts';
import type { Read, Resource } from './resource.ts';
import { connectionError } from './unreachable.ts';

/** What happened to a collection. After `listed` nothing older counts: what is not in it is gone. */
export type Change =
  | { readonly type: 'listed'; readonly items: readonly Fields[] }
  | { readonly type: 'applied' | 'deleted'; readonly object: Fields };

export type WatchOptions = {
  readonly query: Query;
  readonly signal: AbortSignal;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** Told of each loss of the connection. */
  readonly lost: (error: ClusterError) => void;
};

/** The server ends a watch after this many seconds; the client gives up on a silent one a little later. */
const watchSeconds = 290;
/** Milliseconds before it asks again, as kube-rs waits. */
const [firstPause, longestPause] = [800, 30_000];
/** Milliseconds after which a connection that held counts as a good one, as kube-rs has it. */
const steady = 120_000;

/**
 * Follows a collection: lists it, then watches, until the signal. A lost connection is made again from where it was;
 * where the server no longer knows that moment (410), the collection is listed again.
 *
 * @param namespace absent for every namespace.
 * @throws ClusterError where it cannot begin, or may not be read any more.
 */
export async function* watchAll(
  client: Client,
  resource: Resource,
  namespace: string | undefined,
  options: WatchOptions,
): AsyncGenerator<Change> {
  const read: Read = { verb: 'watch', resource, namespace };
  let version: string | undefined;
  let pause = firstPause;
  for (let begun = false; !options.signal.aborted; ) {
    const start = options.now();
    try {
      if (version === undefined) {
        const { items, resourceVersion } = await listAll(client, read, options.query);
        yield { type: 'listed', items };
        version = resourceVersion;
        begun = true;
      }
      for await (const { type, object } of eventsOf(client, read, version, options)) {
        pause = firstPause;
        version = versionOf(object) ?? version;
        if (type !== 'BOOKMARK') {
          yield { type: type === 'DELETED' ? 'deleted' : 'applied', object };
        }
      }
    } catch (error) {
      const next = afterFault(error, begun, options);
      version = next === 'list' ? undefined : version;
    }
    if (options.now() - start >= steady) pause = firstPause;
    await options.wait(pause * (1 + options.random()));
    pause = Math.min(pause * 2, longestPause);
  }
}

/** What to do after a fault. @throws what nothing can be done about. */
function afterFault(error: unknown, begun: boolean, { signal, lost }: WatchOptions): 'list' | 'watch' {
  if (signal.aborted) {
    return 'watch';
  }
  if (!(error instanceof ClusterError) || !begun) {
    throw error;
  }
  const { status = 0, reason } = error.fault;
  if (status === 410 || reason === 'Expired' || reason === 'Gone') {
    return 'list';
  }
  if (status >= 400 && status < 500 && status !== 429) {
    throw error;
  }
  lost(error);
  return 'watch';
}

type WatchEvent = { readonly type: string; readonly object: Fields };

async function* eventsOf(
  client: Client,
  read: Read,
  resourceVersion: string,
  { query, signal }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const watch = {
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(watchSeconds),
    resourceVersion,
  };
  const body = await client.stream(read, { ...query, ...watch }, signal, (watchSeconds + 30) * 1000);
  let rest = '';
  try {
    for await (const chunk of body.setEncoding('utf8')) {
      const lines: string[] = chunk.split('\n');
      // Joined once a line is whole: many chunks may make one.
      lines[0] = rest + lines[0];
      rest = lines.pop() ?? '';
      for (const line of lines) yield decode(line, client, read);
    }
  } catch (error) {
    throw connectionError(error, client.where, 0);
  }
  if (rest !== '') throw brokenWatch(read, client.where);
}

/** A line of a watch (WatchEvent, meta/v1). @throws ClusterError for one that tells of an error, or is none. */
function decode(line: string, client: Client, read: Read): WatchEvent {
  const event = parse(line);
  if (!isFields(event) || typeof event.type !== 'string' || !isFields(event.object)) {
    throw brokenWatch(read, client.where);
  }
  if (event.type === 'ERROR') {
    throw statusError(Number(event.object.code), event.object, read, client.where);
  }
  return { type: event.type, object: event.object };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function versionOf({ metadata }: Fields): string | undefined {
  const version = isFields(metadata) ? metadata.resourceVersion : undefined;
  return typeof version === 'string' ? version : undefined;
}
