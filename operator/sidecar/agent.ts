import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { connect, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import { fault } from '../../cluster/error.ts';
import { parseCertificate, sha256Hex } from '../../core/x509/certificate.ts';

/** Where a host and port are really found. */
export type Route = (host: string, port: number) => { host: string; port: number; lookup?: LookupFunction };

/** Connections of one node that are kept from one poll to the next, which comes within five seconds. */
const kept = { keepAlive: true, timeout: 6_000, maxSockets: 2 };

/** A pool of connections without TLS. */
export function plainAgent(route: Route): http.Agent {
  const agent = new http.Agent(kept);
  const { createConnection } = agent;
  agent.createConnection = (options, callback) =>
    createConnection.call(agent, { ...options, ...routed(options, route) }, callback);
  return agent;
}

/**
 * A pool of connections to a server that is verified by what is trusted and by the name it is asked under. A connection is
 * handed out only then, so that no byte of a request can reach anybody else.
 *
 * @param patience milliseconds for connection and handshake. @param served told the SHA-256 of each verified leaf.
 */
export function verifiedAgent(
  trust: SecureContext,
  route: Route,
  patience: number,
  served: (leaf: string) => void,
): https.Agent {
  const agent = new https.Agent(kept);
  const pending = new Set<TLSSocket>();
  agent.createConnection = (options, callback) => {
    const socket = connect({ ...routed(options, route), ...trusting(trust, String(options.host)) });
    pending.add(socket);
    // For all of the handshake: a server that sends a byte now and then is never silent.
    const timer = setTimeout(() => done(fault('ETIMEDOUT')), patience);
    const done = (error: Error | null) => {
      if (!pending.delete(socket)) return;
      clearTimeout(timer);
      if (error) socket.destroy();
      else served(sha256Hex(socket.getPeerX509Certificate()!.raw));
      callback?.(error, socket);
    };
    socket.once('secureConnect', () => done(null)).on('error', done);
    // A server that goes away in the middle of the handshake.
    socket.once('close', () => done(fault('ECONNRESET')));
    return undefined;
  };
  const { destroy } = agent;
  agent.destroy = () => {
    for (const socket of pending) socket.destroy();
    destroy.call(agent);
  };
  return agent;
}

function routed({ host, port }: { host?: unknown; port?: unknown }, route: Route) {
  return route(String(host), Number(port));
}

/** Neither the web's authorities nor NODE_TLS_REJECT_UNAUTHORIZED count; no session is resumed unverified. */
function trusting(secureContext: SecureContext, host: string) {
  return {
    secureContext,
    rejectUnauthorized: true,
    servername: host,
    checkServerIdentity: nameFault,
  };
}

/** As the gate reads names (contract §2): dNSNames of the DER, exact but for case; CN and wildcards never count. */
function nameFault(host: string, { raw }: PeerCertificate): Error | undefined {
  const certificate = parseCertificate(raw);
  const names = certificate.ok ? certificate.value.dNSNames : [];
  const isNamed = names.some(name => name.toLowerCase() === host.toLowerCase());
  return isNamed ? undefined : fault('ERR_TLS_CERT_ALTNAME_INVALID');
}
