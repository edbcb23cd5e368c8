import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { ClusterError } from '../../cluster/error.ts';
import { modernTLS } from '../../core/tls.ts';

/** What became of a TLS handshake. */
export type Handshake =
  /** Nobody listens. */
  | { readonly kind: 'refused' }
  /** Somebody took the connection, and did not come to terms. */
  | { readonly kind: 'failed'; readonly code: string }
  | {
      readonly kind: 'done';
      /** DER of the certificate that the server has proven to have the key of. */
      readonly leaf: Uint8Array;
      /** Why its chain does not hold, as a code of OpenSSL; undefined where it does. */
      readonly doubt: string | undefined;
      /** Says nothing of names: nothing secret goes over it before they are judged. */
      readonly socket: TLSSocket;
    };

/** What is expected of the server. */
export type Expected = {
  /** The name that it is asked for (SNI). */
  readonly name: string;
  /** PEM of what is trusted, each as it is; absent where nobody is. */
  readonly anchors?: string;
};

/**
 * Shakes hands over a stream. A chain that does not hold is an outcome, for what is served is to be shown as well.
 *
 * @param patience milliseconds. @throws ClusterError where the stream ends with one.
 */
export function shakeHands(
  stream: Duplex,
  { name, anchors }: Expected,
  patience: number,
): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: stream,
      servername: name,
      // Neither the web's authorities nor NODE_EXTRA_CA_CERTS vouch for a sidecar.
      ca: anchors ?? [],
      // As in Go, whatever stands in ca.crt is an anchor, and so is a leaf alone.
      allowPartialTrustChain: true,
      rejectUnauthorized: false,
      ...modernTLS,
      checkServerIdentity: () => undefined,
    });
    const timer = setTimeout(() => end({ kind: 'failed', code: 'ETIMEDOUT' }), patience);
    const end = (handshake: Handshake) => {
      clearTimeout(timer);
      resolve(handshake);
      if (handshake.kind !== 'done') socket.destroy();
    };
    const fail = (error: NodeJS.ErrnoException) => {
      if (error instanceof ClusterError) reject(error);
      const { code = 'unknown' } = error;
      end(code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'failed', code });
    };
    stream.on('error', fail);
    socket.on('error', fail);
    socket.once('secureConnect', () => end(done(socket)));
  });
}

function done(socket: TLSSocket): Handshake {
  const leaf = socket.getPeerX509Certificate()?.raw;
  if (leaf === undefined) return { kind: 'failed', code: 'NO_CERTIFICATE' };
  const doubt = socket.authorized ? undefined : String(socket.authorizationError);
  return { kind: 'done', leaf, doubt, socket };
}
