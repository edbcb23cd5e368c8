import type { IncomingMessage } from 'node:http';

/** A request that came to the API server, in the words of HTTP. */
export type Seen = {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as they came. */
  readonly url: string;
  readonly dryRun: boolean;
  /** As it was sent; a string where it is no JSON, undefined where there is none. */
  readonly body: unknown;
  /** Once there was an answer, whether or not it was passed on. */
  status?: number;
};

export function seenOf({ method = '', url = '' }: IncomingMessage, body: Buffer): Seen {
  const { pathname: path, searchParams: query } = new URL(url, 'https://server');
  const sent = parsed(body.toString());
  const options = (sent as { dryRun?: readonly string[] } | undefined)?.dryRun ?? [];
  // A DELETE may say so in its DeleteOptions.
  return { method, path, query, url, dryRun: query.has('dryRun') || options.length > 0, body: sent };
}

/** Whether it changes something in the cluster: no dry run, and no review, which only asks. */
export function isWrite({ method, path, dryRun }: Seen): boolean {
  return method !== 'GET' && !dryRun && !/^\/apis\/auth(?:ent|or)[a-z]+\.k8s\.io\//.test(path);
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
