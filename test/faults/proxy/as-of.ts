import type { IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';
import { isOlder } from '../../../core/watch/resource-version.ts';
import { linesOf } from './answers.ts';
import { statusOf } from './faults.ts';
import type { Seen } from './seen.ts';

/** What a server answered. */
export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
};

/** Asks the server for a path with its query. */
type Ask = (url: string) => Promise<Answered>;

const ofCollection =
  /^(?<all>\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?[^/]+)(?:\/(?<name>[^/]+))?$/;

/**
 * Answers a reading as of a moment: etcd knows its history (Kubernetes API, resourceVersionMatch=Exact) until it is
 * compacted. Of a watch all that came later waits for `until`. What is no list, get or watch of objects is answered as ever.
 */
export async function asOf(
  { method, path, query, url }: Seen,
  moment: string,
  until: Promise<unknown>,
  ask: Ask,
): Promise<Answered> {
  const { all, name } = ofCollection.exec(path)?.groups ?? {};
  if (method !== 'GET' || all === undefined || query.has('continue')) return ask(url);
  if (query.has('watch')) {
    const answered = await ask(url);
    return { ...answered, body: heldAfter(answered.body, moment, until) };
  }
  const exact = new URLSearchParams(query);
  exact.set('resourceVersion', moment);
  exact.set('resourceVersionMatch', 'Exact');
  if (name !== undefined) exact.set('fieldSelector', `metadata.name=${name}`);
  const answered = await ask(`${all}?${exact}`);
  return name === undefined || answered.status !== 200 ? answered : oneOf(answered);
}

async function* heldAfter(body: Answered['body'], moment: string, until: Promise<unknown>) {
  for await (const line of linesOf(body)) {
    if (isOlder(moment, versionOf(JSON.parse(line)))) await until;
    yield Buffer.from(line);
  }
}

function versionOf({ object }: { object: { metadata?: { resourceVersion?: string } } }): string {
  return object.metadata?.resourceVersion ?? '';
}

/** The one object of a list; not found where it has none. */
async function oneOf({ headers, body }: Answered): Promise<Answered> {
  // biome-ignore lint/suspicious/noExplicitAny: a list of any kind
  const { kind, apiVersion, items } = (await json(body)) as any;
  const [item] = items;
  const object = item ? { kind: kind.replace(/List$/, ''), apiVersion, ...item } : statusOf(404);
  const { 'content-type': type } = headers;
  return {
    status: item ? 200 : 404,
    headers: { 'content-type': type },
    body: oneChunk(JSON.stringify(object)),
  };
}

async function* oneChunk(text: string) {
  yield Buffer.from(text);
}
