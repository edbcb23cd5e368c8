import { SocksClient } from 'socks';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import type { TLSOptions } from './credentials.ts';
import { hostOf } from './proxy.ts';

/** How many requests are under way at once; more only queue in the API server. */
export const connections = 16;

/** No page of 500 objects, and no watch of five minutes, is longer. */
const maxResponseSize = 256 * 1024 * 1024;

/** Milliseconds to reach a server or a proxy, as client-go has it. */
const connectTimeout = 30_000;

/**
 * One pool of kept connections for every request to a cluster.
 *
 * @param proxy the proxy on the way, with the name and password that it wants.
 */
export function createDispatcher(proxy: URL | undefined, tls: TLSOptions): Dispatcher {
  // Below the idle limit of common load balancers, as client-go has it.
  const socket = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: connectTimeout, allowH2: false };
  const options = { connections, maxResponseSize, allowH2: false };
  const direct = { ...tls, ...socket };
  if (proxy === undefined) {
    return new Agent({ ...options, connect: direct });
  }
  if (proxy.protocol === 'socks5:') {
    return new Agent({ ...options, connect: throughSocks(proxy, buildConnector(direct)) });
  }
  // As in Go the cluster's authority vouches for its proxy too; our certificate is not for it.
  const { cert, key, servername, ...trust } = tls;
  return new ProxyAgent({
    ...options,
    uri: proxy.href,
    requestTls: direct,
    proxyTls: { ...trust, ...socket },
  });
}

/** undici's own SOCKS5 warns of itself on stderr, and asks by TLS for names that are addresses. */
function throughSocks(proxy: URL, secure: buildConnector.connector): buildConnector.connector {
  return async (options, callback) => {
    try {
      const { socket } = await SocksClient.createConnection({
        proxy: {
          host: hostOf(proxy),
          port: Number(proxy.port || 1080),
          type: 5,
          ...(proxy.username && {
            userId: decodeURIComponent(proxy.username),
            password: decodeURIComponent(proxy.password),
          }),
        },
        command: 'connect',
        destination: {
          host: hostOf(new URL(`http://${options.hostname}`)),
          port: Number(options.port || (options.protocol === 'https:' ? 443 : 80)),
        },
        timeout: connectTimeout,
      });
      options.protocol === 'https:'
        ? secure({ ...options, httpSocket: socket }, callback)
        : callback(null, socket);
    } catch {
      callback(Object.assign(new Error('SOCKS5'), { code: 'SOCKS5' }), null);
    }
  };
}
