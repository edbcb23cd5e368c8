import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type WebSocket from 'ws';
import { modernTLS } from '../core/tls.ts';
import { authoritiesOfSystem } from './authorities.ts';
import type { TLSOptions } from './credentials.ts';
import { fault } from './error.ts';
import { tunnelled } from './tunnel.ts';

/** How many requests are under way at once where nothing else is said; more only queue in the API server. */
export const connections = 16;
/** Milliseconds to wait for a connection, as client-go does. */
const patience = 30_000;
/** Bytes of an answer. */
const longestAnswer = 256 * 1024 * 1024;

/** What is sent. */
export type Message = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string | undefined;
};

/** An answer whose body is still to be read. */
export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  /** Only where it was asked for, and the server changes to it (101). */
  readonly webSocket?: WebSocket;
};

/**
 * One pool of kept connections for every request to a cluster.
 *
 * @param proxy the proxy on the way. @param maxSockets how many requests are under way at once.
 */
export function createAgent(
  server: URL,
  proxy: URL | undefined,
  tls: TLSOptions,
  maxSockets: number,
): http.Agent {
  const options = { ...tls, keepAlive: true, keepAliveMsecs: 30_000, maxSockets };
  const agent = server.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  // All of them are to one server and with the same certificate. Node would write both out, thrice a request, to find a connection.
  agent.getName = () => server.host;
  // As in Go the cluster's authority vouches for its proxy too; our certificate is not for it.
  const { ca, rejectUnauthorized } = tls;
  if (proxy === undefined) return agent;
  const named = proxy.protocol === 'https:' && { ca: ca ?? authoritiesOfSystem() };
  return tunnelled(agent, proxy, { ...named, rejectUnauthorized, ...modernTLS });
}

/** What a request is held to. */
export type Limits = {
  /** Ends the request and what is read of its answer. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds without a byte after which the connection counts as lost. */
  readonly silence: number;
  /** Throws where the request may not be sent any more: asked as it gets its connection, for which it may have waited. */
  readonly allow?: () => void;
};

/** Sends a request. Redirects are not followed: nobody else gets the credentials. */
export function send(agent: http.Agent, url: string, message: Message, limits: Limits): Promise<Answer> {
  const { signal, silence, allow } = limits;
  return new Promise((resolve, reject) => {
    let body: IncomingMessage | undefined;
    let isEnded = false;
    const { method } = message;
    // Node names no length for a DELETE.
    const length = message.body === undefined ? {} : { 'content-length': Buffer.byteLength(message.body) };
    const headers = { ...message.headers, ...length };
    const by = url.startsWith('https:') ? https : http;
    const request = by.request(url, { method, agent, headers, timeout: silence }, answer => {
      body = answer;
      // Its reader is told by the body itself.
      body.on('error', () => {});
      resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
    });
    const end = (error: Error) => {
      isEnded = true;
      body?.destroy(error);
      request.destroy(error);
      reject(error);
    };
    const abort = () => end(signal?.reason);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    request.on('close', () => signal?.removeEventListener('abort', abort));
    // Nobody asked for another protocol. Unheard, Node would drop the request without a word.
    request.on('upgrade', (_answer, socket) => {
      socket.destroy();
      end(fault('ERR_UPGRADED'));
    });
    request.on('timeout', () => end(fault(body ? 'ERR_BODY_TIMEOUT' : 'ERR_HTTP_REQUEST_TIMEOUT')));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection just as it is used again; a write may have been done before. Node says the
      // same of a request that we end before it has its connection.
      const isReset = request.reusedSocket && error.code === 'ECONNRESET' && body === undefined;
      if (method === 'GET' && isReset && !isEnded) resolve(send(agent, url, message, limits));
      else reject(error);
    });
    limitConnecting(request, end);
    request.on('socket', () => {
      try {
        allow?.();
      } catch (error) {
        end(error as Error);
      }
    });
    request.end(message.body);
  });
}

/** A connection has its time, from the moment that the pool makes one; so has the pool, where a proxy gives it none. */
function limitConnecting(request: http.ClientRequest, end: (error: Error) => void): void {
  let timer = setTimeout(() => end(fault('ETIMEDOUT')), 3 * patience);
  request.on('close', () => clearTimeout(timer));
  request.on('socket', socket => {
    clearTimeout(timer);
    if (!socket.connecting) return;
    timer = setTimeout(() => end(fault('ETIMEDOUT')), patience);
    socket.once('connect', () => clearTimeout(timer));
  });
}

/** The whole of an answer. @param longest in bytes. @throws where it breaks off, or is longer (ERR_BODY_TOO_LONG). */
export async function bytesOfBody(body: IncomingMessage, longest = longestAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not by node:stream/consumers: that makes a Blob of it first.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > longest) throw fault('ERR_BODY_TOO_LONG');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
