import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import type { ExecutionContext } from 'ava';
import forge from 'node-forge';
import type { Secret } from '../../../core/kubernetes.ts';
import type { PlannedTask } from '../../../core/seinode.ts';
import {
  type SidecarClient,
  type SidecarClientOptions,
  sidecarClient,
} from '../../../operator/sidecar/client.ts';
import { listen, writeFiles } from '../../cluster/fakes.ts';
import { generateKey, type KeyPair } from '../../control-plane/certificates.ts';
import { node, now, tls } from '../../core/plan/nodes.ts';
import { fixtures } from '../../core/x509/fixtures.ts';

export const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvcGVyYXRvciJ9.c2lnbmF0dXJl';
/** arctic/n0 with and without TLS. */
export const secured = node({ fullNode: {}, sidecar: tls });
export const open = node({ fullNode: {} });
export const [service, pod] = ['n0.arctic.svc.cluster.local', 'n0-0.n0.arctic.svc.cluster.local'] as const;
export const task: PlannedTask = { id: 'b1d5', type: 'config-validate', status: 'Pending' };

/** What a fake saw of a request. */
export type Seen = { method: string; url: string; authorization: string | undefined; body: string };

/** A server that stands for the sidecar of n0, with its proxy where it speaks TLS. */
export type FakeSidecar = {
  readonly port: number;
  readonly seen: readonly Seen[];
  /** Connections opened so far, and those still open. */
  readonly connections: () => { opened: number; open: number };
  /** Serves another certificate to connections from now on. */
  readonly serve: (pair: KeyPair) => void;
  /** Resolves once nobody is connected. */
  readonly left: () => Promise<void>;
  /** Closes every connection. */
  readonly cut: () => Promise<void>;
};

/** Starts one on a free port of 127.0.0.1. @param pair with it the server speaks TLS. */
export async function fakeSidecar(
  t: ExecutionContext,
  pair: KeyPair | undefined,
  answer: RequestListener = taken,
): Promise<FakeSidecar> {
  const seen: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    const { method = '', url = '', headers } = request;
    const entry = { method, url, authorization: headers.authorization, body: '' };
    seen.push(entry);
    entry.body = await text(request).catch(() => '');
    answer(request, response);
  };
  const server = pair
    ? https.createServer({ cert: pair.certificate, key: pair.key }, listener)
    : http.createServer(listener);
  // It must not be the one that ends a kept connection.
  server.keepAliveTimeout = 60_000;
  const count = { opened: 0, open: 0 };
  server.on('connection', socket => {
    count.opened += 1;
    count.open += 1;
    socket.on('close', () => {
      count.open -= 1;
      server.emit('left');
    });
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const left = async () => {
    // Kept connections that nobody uses end by themselves after half a minute, which is too late.
    const signal = AbortSignal.timeout(10_000);
    while (count.open > 0) await once(server, 'left', { signal });
  };
  return {
    port: await listen(server),
    seen,
    connections: () => ({ ...count }),
    serve: ({ certificate: cert, key }) => (server as https.Server).setSecureContext({ cert, key }),
    left,
    cut: () => {
      server.closeAllConnections();
      return left();
    },
  };
}

/** Every decrypted byte that somebody sends to a server of TLS, until he is gone. */
export async function bytesSentTo(
  t: ExecutionContext,
  pair: KeyPair,
  ask: (port: number) => Promise<unknown>,
): Promise<string> {
  const server = https.createServer({ cert: pair.certificate, key: pair.key });
  server.removeAllListeners('secureConnection');
  const received: Promise<string>[] = [];
  server.on('secureConnection', (socket: TLSSocket) => received.push(text(socket).catch(() => '')));
  const fake = await listen(server);
  t.teardown(() => server.close());
  await ask(fake);
  return (await Promise.all(received)).join('');
}

/** Takes a task, as the sidecar does. */
export function taken(_request: IncomingMessage, response: http.ServerResponse): void {
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: task.id }));
}

/** A client whose n0 is at a port of this machine, whatever DNS says; it is closed after the test. */
export function clientOf(
  t: ExecutionContext,
  port: number,
  options: Partial<SidecarClientOptions> = {},
): SidecarClient {
  const { token: path } = writeFiles(t, { token });
  const lookup: LookupFunction = (name, _options, found) =>
    found(name === pod ? null : new Error(`asked for ${name}`), [{ address: '127.0.0.1', family: 4 }]);
  const route = (host: string) => ({ host, port, lookup });
  const client = sidecarClient({ token: path, now: () => now, patience: 10_000, route, ...options });
  t.teardown(() => client.close());
  return client;
}

/** Secret arctic/n0-tls. */
export function secret(pair: KeyPair, authority?: string): Secret {
  const entries = {
    'tls.crt': pair.certificate,
    'tls.key': pair.key,
    ...(authority !== undefined && { 'ca.crt': authority }),
  };
  const data = Object.entries(entries).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'n0-tls', namespace: 'arctic' },
    type: 'kubernetes.io/tls',
    data: Object.fromEntries(data),
  };
}

/** A certificate of n0 that test/oracle made; its authority is nowhere. */
export function fixturePair(name: keyof typeof fixtures): KeyPair {
  const { certificate, key, label } = fixtures[name];
  return { certificate: pem('CERTIFICATE', certificate), key: pem(label, key) };
}

/** A self-signed certificate, valid between two days from now. */
export async function selfSigned(
  names: readonly string[],
  [from, to]: readonly [number, number] = [-1, 1],
  commonName = 'n0',
): Promise<KeyPair> {
  const day = (count: number) => new Date(Date.now() + count * 86_400_000);
  const { privateKey, publicKey } = await generateKey();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = day(from);
  certificate.validity.notAfter = day(to);
  certificate.setSubject([{ shortName: 'CN', value: commonName }]);
  certificate.setIssuer([{ shortName: 'CN', value: commonName }]);
  const altNames = names.map(value => ({ type: 2, value }));
  certificate.setExtensions(names.length === 0 ? [] : [{ name: 'subjectAltName', altNames }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: privateKey };
}

function pem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END ${label}-----\n`;
}
