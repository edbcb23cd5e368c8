import { type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import type { Credentials } from './credentials.ts';

/** How many requests are under way at once; more only queue in the API server. */
export const connections = 16;

/**
 * One pool of kept connections for every request to a cluster.
 *
 * @param proxyURL the cluster's `proxy-url`; without one the environment decides (HTTPS_PROXY, NO_PROXY), as in kubectl.
 */
export function createDispatcher(
  server: URL,
  proxyURL: string | undefined,
  tls: Credentials['tls'],
  environment: NodeJS.ProcessEnv,
): Dispatcher {
  // Below the idle limit of common load balancers, as client-go has it.
  const socket = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 30_000 };
  const options = {
    connections,
    allowH2: false,
    requestTls: { ...tls, ...socket },
    connect: { ...tls, ...socket },
  };
  return proxyURL === undefined
    ? new EnvHttpProxyAgent({ ...options, ...proxiesOf(server, environment) })
    : new ProxyAgent({ ...options, uri: proxyURL });
}

/** Go reads the proxy by scheme and never sends loopback through one. */
function proxiesOf({ protocol }: URL, environment: NodeJS.ProcessEnv) {
  const of = (name: string) => environment[name] || environment[name.toLowerCase()] || '';
  const own = of(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  return { httpProxy: own, httpsProxy: own, noProxy: `${of('NO_PROXY')},localhost,127.0.0.1,[::1],::1` };
}
