import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type WebSocket from 'ws';
import { WebSocketServer } from 'ws';
import { createAuthority } from '../control-plane/certificates.ts';

/** The one part of the kubelet's own server that is stood in for: port-forwarding over WebSocket. */
export type Forwarder = { readonly port: number; readonly close: () => Promise<void> };

/** What the API server asks for: a pod, by its UID or not, and a port of it. */
const path = /^\/portForward\/([^/]+)\/([^/?]+)(?:\/[^/?]+)?\?port=(\d+)$/;
const protocol = 'v4.channel.k8s.io';
const channels = { data: 0, error: 1 } as const;

/**
 * Starts one. It asks nobody who they are: the API server, which does, is the only one that knows of it.
 *
 * @param hostOf the address at which a pod, by NAMESPACE/NAME, has a port: null where nothing listens there, undefined
 * where no such pod runs here.
 */
export async function startForwarder(
  hostOf: (key: string, port: number) => string | null | undefined,
): Promise<Forwarder> {
  const { certificate: cert, key } = await (await createAuthority('kubelet')).issue({
    commonName: 'kubelet',
  });
  const hostAt = (url: string) => {
    const [, namespace, name, port] = path.exec(url) ?? [];
    return hostOf(`${namespace}/${name}`, Number(port));
  };
  const server = createServer({ cert, key });
  new WebSocketServer({
    server,
    handleProtocols: protocols => protocols.has(protocol) && protocol,
    verifyClient: ({ req: { url = '' } }, answer) => {
      if (hostAt(url) === undefined) answer(false, 404, 'pod does not exist');
      else answer(true);
    },
  }).on('connection', (webSocket, { url = '' }) =>
    forward(webSocket, hostAt(url), Number(path.exec(url)?.[3])),
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => closed(server) };
}

/** As the kubelet's library does: each channel begins with the port, an error is said on its own, then both end. */
function forward(webSocket: WebSocket, host: string | null | undefined, port: number): void {
  const say = (channel: number, data: Uint8Array) =>
    webSocket.send(Buffer.concat([Buffer.of(channel), data]));
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  for (const channel of Object.values(channels)) say(channel, number);
  const fail = ({ message }: Pick<Error, 'message'>) =>
    say(channels.error, Buffer.from(`error forwarding port ${port}: ${words(message)}`));
  if (!host) {
    fail({ message: 'connect ECONNREFUSED nobody' });
    webSocket.close();
    return;
  }
  const socket = connect(port, host);
  socket.on('data', data => say(channels.data, data));
  socket.on('error', fail);
  socket.on('close', () => webSocket.close());
  webSocket.on('message', data => socket.write(data.subarray(1)));
  webSocket.on('close', () => socket.destroy());
}

/** A container runtime speaks Go. */
function words(message: string): string {
  return message
    .replace(/connect ECONNREFUSED \S+/, 'dial tcp4 127.0.0.1: connect: connection refused')
    .replace(/read ECONNRESET/, 'read tcp4 127.0.0.1: read: connection reset by peer');
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}
