import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { modernTLS } from '../../core/tls.ts';
import type { Served } from './messages.ts';
import { validatePath } from './names.ts';

/** What a request comes to: JSON for 200, else a sentence. */
export type Reply =
  | { readonly status: 200; readonly review: object }
  | { readonly status: 400 | 404 | 405 | 413 | 415 | 500 | 503; readonly text: string };

/**
 * The API server takes 3 MiB a request; a review holds the object before and after, in JSON that writes `<` and its like in
 * six bytes: 36 MiB, and what is around. Who sends more is not the API server.
 */
export const bodyLimit = 40 * 1024 * 1024;
/** Bytes of bodies under way, all together: whoever reaches the port must not fill the memory. */
const allBodies = 2 * bodyLimit;

/** All API servers together ask a few hundred things at once. A connection takes some 50 KB. */
const mostConnections = 1_000;

/** Longer than the API server keeps an idle connection (90 s, Go's default): it is never closed as a request is sent. */
const keepAlive = 120_000;
/** The API server gives up after 3 s, as our configuration says. */
const patience = 10_000;
/** Milliseconds between two looks at who is too slow: as Node has it, half a minute. */
const between = 1_000;

/** The HTTPS server of the webhook. It has no certificate yet: handshakes fail until it is given one. @param answer what a body comes to; it must not throw. */
export function createWebhookServer(answer: (body: Buffer) => Reply): Server {
  const underWay: UnderWay = new Map();
  const options = {
    keepAliveTimeout: keepAlive,
    headersTimeout: patience,
    requestTimeout: patience,
    handshakeTimeout: patience,
    connectionsCheckingInterval: between,
  } as const;
  const server = createServer(options, async (request, response) => {
    const refusal = refusalOf(request);
    const body = refusal ?? (await bodyOf(request, underWay).catch(() => undefined));
    // Who asked has gone.
    if (body === undefined) return;
    send(response, 'status' in body ? body : answer(body));
  });
  server.maxConnections = mostConnections;
  // Who never reads the answers is silent as well.
  return server.setTimeout(keepAlive);
}

/** Gives it a certificate, for the handshakes from now on. The context takes the place of all that the server was made with. */
export function serveCertificate(server: Server, { certificate, key }: Served): void {
  server.setSecureContext({ cert: certificate, key, ...modernTLS });
}

function refusalOf({ method, url = '', headers }: IncomingMessage): Reply | undefined {
  if (url.replace(/[?#].*$/s, '') !== validatePath) return { status: 404, text: `there is ${validatePath}` };
  if (method !== 'POST') return { status: 405, text: 'POST alone' };
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  return type === 'application/json' ? undefined : { status: 415, text: 'application/json alone' };
}

/** How much of each body has come. */
type UnderWay = Map<IncomingMessage, number>;

async function bodyOf(request: IncomingMessage, underWay: UnderWay): Promise<Buffer | Reply> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      underWay.set(request, length);
      if (length > bodyLimit) return { status: 413, text: `a review has ${bodyLimit} bytes at most` };
      const largest = tooLarge(underWay);
      if (largest === request) return { status: 503, text: 'too much is asked at once' };
      largest?.destroy();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length);
  } finally {
    underWay.delete(request);
  }
}

/** Whose body gives way where all are too much together: the largest, so that nobody keeps others out by what never ends. */
function tooLarge(underWay: UnderWay): IncomingMessage | undefined {
  const lengths = [...underWay.values()];
  if (lengths.reduce((sum, length) => sum + length, 0) <= allBodies) return undefined;
  const most = Math.max(...lengths);
  return [...underWay.keys()].find(request => underWay.get(request) === most);
}

function send(response: ServerResponse, reply: Reply): void {
  const [type, text] =
    reply.status === 200
      ? ['application/json', JSON.stringify(reply.review)]
      : ['text/plain; charset=utf-8', `${reply.text}\n`];
  // What was not read to its end makes no next request.
  if (reply.status !== 200) response.shouldKeepAlive = false;
  response.writeHead(reply.status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}
