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
 * @param runs whether a pod runs here, by NAMESPACE/NAME; its ports are those of 127.0.0.1.
 */
export async function startForwarder(runs: (key: string) => boolean): Promise<Forwarder> {
  const { certificate: cert, key } = await (await createAuthority('kubelet')).issue({
    commonName: 'kubelet',
  });
  const server = createServer({ cert, key });
  new WebSocketServer({
    server,
    handleProtocols: protocols => protocols.has(protocol) && protocol,
    verifyClient: ({ req: { url = '' } }, answer) => {
      const [, namespace, name] = path.exec(url) ?? [];
      if (runs(`${namespace}/${name}`)) answer(true);
      else answer(false, 404, 'pod does not exist');
    },
  }).on('connection', (webSocket, { url = '' }) => forward(webSocket, Number(path.exec(url)?.[3])));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => closed(server) };
}

/** As the kubelet's library does: each channel begins with the port, an error is said on its own, then both end. */
function forward(webSocket: WebSocket, port: number): void {
  const say = (channel: number, data: Uint8Array) =>
    webSocket.send(Buffer.concat([Buffer.of(channel), data]));
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  for (const channel of Object.values(channels)) say(channel, number);
  const socket = connect(port, '127.0.0.1');
  socket.on('data', data => say(channels.data, data));
  socket.on('error', ({ message }) =>
    say(channels.error, Buffer.from(`error forwarding port ${port}: ${words(message)}`)),
  );
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
