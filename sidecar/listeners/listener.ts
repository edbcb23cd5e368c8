import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collected } from '../http/collected.ts';

/** What is answered: `json` as application/json, `text` as `type`. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
} & (
  | { readonly json: unknown }
  | { readonly text: string; readonly type: string }
  | { readonly empty: true }
);

/** What a handler is given. */
export type Asked = {
  /** What the route's path captures. */
  readonly id: string;
  /** Each value of X-Remote-User. */
  readonly remoteUsers: readonly string[];
  /** Reads the body; undefined where it is larger than is taken. */
  readonly body: () => Promise<string | undefined>;
};

/** One path, whole, and who answers each of its methods. */
export type Route = {
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>>;
  /** Asked before the method is looked at. @returns the answer that refuses the request. */
  readonly admit?: (asked: Asked) => Answer | undefined;
};

export type Listener = {
  readonly port: number;
  /** Takes no more connections; resolves once the requests under way are answered. */
  readonly close: () => Promise<void>;
};

/** Bytes. kube-rbac-proxy adds headers of its own to those of who calls. */
export const headerLimit = 32 * 1024;
export const bodyLimit = 1024 * 1024;

const limits = {
  maxHeaderSize: headerLimit,
  // Milliseconds that a client has for its headers, and for its whole request.
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  // Longer than kube-rbac-proxy keeps a connection (90 s), so that none is closed as it is used again.
  keepAliveTimeout: 120_000,
};
/** Milliseconds that a connection may be silent within a request. */
const silence = 30_000;

/**
 * Serves routes over HTTP/1.1: 404 for any other path, 405 for any other method.
 *
 * @param failed told of what a handler threw; who asked is told 500 and nothing else.
 * @throws where it cannot listen there.
 */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  routes: readonly Route[],
  failed: (error: unknown) => void,
): Promise<Listener> {
  const server = createServer(limits, async (request, response) => {
    const answer = await answerTo(request, routes).catch(error => {
      failed(error);
      return errorAnswer(500, 'a fault of the sidecar; its log says more');
    });
    send(response, answer);
  });
  server.setTimeout(silence);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  server.on('error', failed);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise(resolve => void server.close(() => resolve())),
  };
}

/** An answer that says what is wrong (contract §5). */
export function errorAnswer(status: number, error: string, headers: Answer['headers'] = {}): Answer {
  return { status, json: { error }, headers };
}

async function answerTo(request: IncomingMessage, routes: readonly Route[]): Promise<Answer> {
  const path = (request.url ?? '').replace(/\?.*$/s, '');
  const route = routes.find(each => each.path.test(path));
  if (route === undefined) return errorAnswer(404, 'not found');
  const asked: Asked = {
    id: route.path.exec(path)?.[1] ?? '',
    remoteUsers: request.headersDistinct['x-remote-user'] ?? [],
    body: async () => (await collected(request, bodyLimit))?.toString(),
  };
  const method = request.method ?? '';
  const handler = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
  return route.admit?.(asked) ?? handler?.(asked) ?? methodNotAllowed(route);
}

function methodNotAllowed({ methods }: Route): Answer {
  const allow = Object.keys(methods).join(', ');
  return errorAnswer(405, `only ${allow}`, { allow });
}

function send(response: ServerResponse, answer: Answer): void {
  const { text, type } = contentOf(answer);
  const content =
    type === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) };
  const headers = { ...content, 'x-content-type-options': 'nosniff', ...answer.headers };
  response.writeHead(answer.status, headers).end(text);
}

function contentOf(answer: Answer): { readonly text: string; readonly type?: string } {
  if ('empty' in answer) return { text: '' };
  return 'json' in answer ? { text: `${JSON.stringify(answer.json)}\n`, type: 'application/json' } : answer;
}
