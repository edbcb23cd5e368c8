import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { KeyPair } from '../../control-plane/certificates.ts';

/** Stands in for the API server's listener: a serving certificate that can be exchanged while it runs. */
export type RotatingServer = {
  readonly server: string;
  /** Serves another certificate from now on, and ends every connection, as a restart would. */
  readonly serve: (pair: KeyPair) => void;
  readonly close: () => void;
};

/** Starts one. Whatever comes is passed on, byte by byte. @param upstream address of the real one, and its CA. */
export async function startRotatingServer(
  { server: upstream, authority }: { readonly server: string; readonly authority: string },
  { certificate: cert, key }: KeyPair,
): Promise<RotatingServer> {
  const { hostname: host, port } = new URL(upstream);
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert, key }, socket => {
    const further = tlsConnect({ host, port: Number(port), ca: authority });
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    for (const [one, other] of [
      [socket, further],
      [further, socket],
    ] as const) {
      one
        .on('error', () => {})
        .on('close', () => other.destroy())
        .pipe(other);
    }
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: pair => {
      server.setSecureContext({ cert: pair.certificate, key: pair.key });
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
