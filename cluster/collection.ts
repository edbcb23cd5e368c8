import { parseJSON } from '../core/json.ts';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { type Change, versionOf } from '../core/watch/change.ts';
import type { Source } from '../core/watch/follow.ts';
import type { Client, Query } from './client.ts';
import { ClusterError, fault } from './error.ts';
import { brokenWatch, statusError } from './explain.ts';
import { listAll } from './list.ts';
import type { Read, Resource } from './resource.ts';
import { connectionError } from './unreachable.ts';

/** What of the cluster is followed. */
export type Collection = {
  readonly resource: Resource;
  /** Absent for every namespace. */
  readonly namespace?: string | undefined;
  /** `labelSelector` and `fieldSelector`. */
  readonly query?: Query;
  /** What is kept of an object, asked as soon as it is there; all of it. */
  readonly keep?: (object: Fields) => Fields;
  /** Milliseconds after which a watch counts as lost, whatever comes of it; a little more than the server lets it live. */
  readonly stallLimit?: number;
};

/** Bytes: etcd takes no object of more than 1.5 MiB, and JSON may write a byte as six. */
const longestLine = 32 * 1024 * 1024;
/** The server ends a watch after this many seconds. */
const watchSeconds = 290;

/** The way to list and watch a collection. @param signal ends a watch. */
export function sourceOf(client: Client, collection: Collection, signal: AbortSignal): Source {
  const { resource, namespace, query = {}, keep = object => object } = collection;
  const { stallLimit = (watchSeconds + 30) * 1000 } = collection;
  const read: Read = { verb: 'watch', resource, namespace };
  return {
    list: async () => ({ type: 'listed', ...(await listAll(client, read, query, keep)) }),
    watch: async function* (from, opened) {
      const watch = { watch: '1', allowWatchBookmarks: 'true', timeoutSeconds: String(watchSeconds) };
      const asked = { ...query, ...watch, resourceVersion: from };
      for await (const line of linesOf(client, read, asked, { signal, stallLimit, opened })) {
        yield decode(line, client, read, keep);
      }
    },
    refusalOf: error => {
      if (error instanceof ClusterError) return error.fault;
      throw error;
    },
  };
}

async function* linesOf(
  client: Client,
  read: Read,
  query: Query,
  { signal, stallLimit, opened }: { signal: AbortSignal; stallLimit: number; opened: () => void },
): AsyncGenerator<Buffer> {
  const body = await client.stream(read, query, signal, stallLimit);
  opened();
  // A byte now and then is a sign of life to the connection; the server would have ended it by now.
  const timer = setTimeout(() => body.destroy(fault('ERR_BODY_TIMEOUT')), stallLimit);
  // Not where the reading ends: who looks away in the middle of it reads no further.
  body.once('close', () => clearTimeout(timer));
  let rest: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
        // Joined once a line is whole: many chunks may make one.
        yield Buffer.concat([...rest, chunk.subarray(from, end)]);
        [rest, length, from] = [[], 0, end + 1];
      }
      rest.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > longestLine) throw brokenWatch(read, client.where);
    }
  } catch (error) {
    throw connectionError(error, client.where, 0);
  }
  if (length > 0) throw brokenWatch(read, client.where);
}

/** A line of a watch (WatchEvent, meta/v1). @throws ClusterError for one that tells of an error, or is none. */
function decode(
  line: Buffer,
  client: Client,
  read: Read,
  keep: (object: Fields) => Fields,
): Exclude<Change, { type: 'listed' }> {
  const event = parseJSON(client.decode(line));
  if (!isFields(event) || typeof event.type !== 'string' || !isFields(event.object)) {
    throw brokenWatch(read, client.where);
  }
  const { type, object } = event;
  if (type === 'ERROR') {
    throw statusError(Number(object.code), object, read, client.where, retryAfterOf(object));
  }
  return type === 'BOOKMARK'
    ? { type: 'bookmark', resourceVersion: versionOf(object) }
    : { type: type === 'DELETED' ? 'deleted' : 'applied', object: keep(object) };
}

/** A stream has no head to say it in. */
function retryAfterOf({ details }: Fields): number | undefined {
  const { retryAfterSeconds } = isFields(details) ? details : {};
  return typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1000 : undefined;
}
