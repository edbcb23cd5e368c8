import http from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import type { TLSOptions } from './credentials.ts';
import { fault } from './error.ts';
import { hostOf } from './proxy.ts';

type ProxyTLS = { readonly ca?: TLSOptions['ca']; readonly rejectUnauthorized: boolean };
type Way = { readonly host: string; readonly port: number; readonly signal: AbortSignal };

/** Milliseconds for a proxy to open a way, as client-go waits for a connection. */
const patience = 30_000;

/**
 * Lets the connections of an agent go through a proxy: `http` and `https` by CONNECT (RFC 9110), `socks5` with the name
 * resolved there (RFC 1928), as Go does.
 */
export function tunnelled(agent: http.Agent, proxy: URL, tls: ProxyTLS): http.Agent {
  const closing = new AbortController();
  const { createConnection, destroy } = agent;
  const isSecure = agent instanceof https.Agent;
  agent.createConnection = (options, callback) => {
    const way = { host: options.host ?? '', port: Number(options.port), signal: closing.signal };
    openTunnel(proxy, tls, way).then(
      socket => {
        const inner = { ...options, socket } as typeof options;
        callback?.(null, isSecure ? (createConnection.call(agent, inner) as Socket) : socket);
      },
      error => callback?.(error, undefined as never),
    );
    return undefined;
  };
  agent.destroy = () => {
    closing.abort();
    destroy.call(agent);
  };
  return agent;
}

function openTunnel(proxy: URL, tls: ProxyTLS, way: Way): Promise<Socket> {
  return proxy.protocol === 'socks5:' ? bySocks(proxy, way) : byConnect(proxy, tls, way);
}

function byConnect(proxy: URL, tls: ProxyTLS, { host, port, signal }: Way): Promise<Socket> {
  const target = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
  const { username, password } = credentialsIn(proxy);
  const login = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const { request } = proxy.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const connect = request({
      ...tls,
      method: 'CONNECT',
      host: hostOf(proxy),
      port: proxy.port,
      path: target,
      headers: { host: target, ...(username !== '' && { 'proxy-authorization': login }) },
      agent: false,
      timeout: patience,
      signal,
    });
    connect.on('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) {
        socket.setTimeout(0);
        resolve(socket);
      } else {
        socket.destroy();
        reject(fault(`PROXY_${statusCode}`));
      }
    });
    // One that takes CONNECT for another request.
    connect.on('response', ({ statusCode }) => connect.destroy(fault(`PROXY_${statusCode}`)));
    connect.on('timeout', () => connect.destroy(fault('ETIMEDOUT')));
    connect.on('error', reject).end();
  });
}

async function bySocks(proxy: URL, { host, port, signal }: Way): Promise<Socket> {
  const { SocksClient } = await import('socks');
  const { username: userId, password } = credentialsIn(proxy);
  const existing_socket = await reach(hostOf(proxy), Number(proxy.port || 1080), signal);
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: { host: hostOf(proxy), port: 1080, type: 5, ...(userId !== '' && { userId, password }) },
      command: 'connect',
      destination: { host, port },
      timeout: patience,
      existing_socket,
    });
    return socket;
  } catch {
    existing_socket.destroy();
    throw fault('SOCKS5');
  }
}

function reach(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, signal, timeout: patience });
    socket.once('timeout', () => socket.destroy(fault('ETIMEDOUT'))).once('error', reject);
    socket.once('connect', () =>
      resolve(
        socket
          .setTimeout(0)
          .off('error', reject)
          .on('error', () => {}),
      ),
    );
  });
}

function credentialsIn({ username, password }: URL): { username: string; password: string } {
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
