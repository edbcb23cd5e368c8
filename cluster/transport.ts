import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Credentials } from './credentials.ts';
import { proxyFor } from './proxy.ts';

/** How many requests are under way at once; more only queue in the API server. */
export const connections = 16;
/** Milliseconds to wait for a connection, as client-go does. */
const patience = 30_000;

/** An answer whose body is still to be read. */
export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
};

/**
 * One pool of kept connections for every request to a cluster.
 *
 * @param proxyURL the cluster's `proxy-url`; without one the environment decides, as in kubectl.
 */
export async function createAgent(
  server: URL,
  proxyURL: string | undefined,
  tls: Credentials['tls'],
  environment: NodeJS.ProcessEnv,
): Promise<http.Agent> {
  const options = { ...tls, keepAlive: true, keepAliveMsecs: 30_000, maxSockets: connections };
  const proxy = proxyURL ?? proxyFor(server, environment);
  const secure = server.protocol === 'https:';
  if (proxy === undefined) {
    return secure ? new https.Agent(options) : new http.Agent(options);
  }
  if (/^socks/.test(proxy)) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return new SocksProxyAgent(proxy, options);
  }
  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
  return secure ? new HttpsProxyAgent({ ...options, proxy }) : new HttpProxyAgent({ ...options, proxy });
}

/**
 * Sends a GET. Redirects are not followed: nobody else gets the credentials.
 *
 * @param silence milliseconds without a byte after which the connection counts as lost.
 */
export function send(
  agent: http.Agent,
  url: string,
  headers: Readonly<Record<string, string | string[]>>,
  { signal, silence }: { readonly signal: AbortSignal | undefined; readonly silence: number },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith('https:') ? https : http;
    const request = get(url, { agent, headers, timeout: silence, ...(signal && { signal }) }, body =>
      resolve({ status: body.statusCode ?? 0, headers: body.headers, body }),
    );
    request.on('timeout', () => request.destroy(fault('ERR_HTTP_REQUEST_TIMEOUT')));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection just as it is used again.
      const stale = request.reusedSocket && error.code === 'ECONNRESET';
      if (stale) resolve(send(agent, url, headers, { signal, silence }));
      else reject(error);
    });
    request.on('socket', socket => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => request.destroy(fault('ETIMEDOUT')), patience);
      for (const end of ['connect', 'close']) socket.once(end, () => clearTimeout(timer));
    });
  });
}

function fault(code: string): Error {
  return Object.assign(new Error(code), { code });
}
