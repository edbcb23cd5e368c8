import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTLSServer } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { proxyPort } from '../../../core/listeners.ts';
import type { KeyPair } from '../../control-plane/certificates.ts';
import { listens } from '../../pod-ports.ts';
import { answer, drips, floods, hostile, type Manners, says } from './rude.ts';

/** What stands at 8443 of the pods of twenty nodes. It runs on a thread of its own, for it floods. */
export type BadSidecars = {
  /** The first three parts of the addresses: node n7 is at PREFIX.8. */
  readonly prefix: string;
  /** Of each node, and last one of another's. */
  readonly pairs: readonly KeyPair[];
};

/** What is posted once all listen; then, for each message, how many connections told more to who may not have it. */
export type Told = { readonly listening: boolean } | { readonly stray: number };

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
/** Those that do not come to TLS. */
const withoutTLS: readonly Manners[] = [
  () => {},
  socket =>
    socket.once('data', () =>
      drips(Buffer.from([0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc]), Buffer.of(0))(socket),
    ),
  socket => socket.once('data', () => socket.end()),
  socket => socket.once('data', () => socket.resetAndDestroy()),
  socket => socket.once('data', () => says('HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1/\r\n\r\n')(socket)),
];
/** Those that do, and what they make of a request. */
const withTLS: readonly Manners[] = [
  () => {},
  drips('HTTP/1.1 200 OK\r\nX: ', 'x'),
  drips(chunked, '1\r\n \r\n'),
  floods('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)),
  floods('HTTP/1.1 200 OK\r\n', `X: ${'x'.repeat(1000)}\r\n`),
  floods(chunked, `10000\r\n${'x'.repeat(65_536)}\r\n`),
  floods(chunked, '1\r\nx\r\n'.repeat(1000)),
  answer('200 OK', '<html>Sign in</html>'),
  // Cut after 200 characters this is cut within one.
  answer('500 No', JSON.stringify({ error: `${'x'.repeat(199)}😀` })),
  answer('500 No', JSON.stringify({ error: hostile.repeat(100) })),
  answer('307 Go', '', 'Location: http://169.254.169.254/latest/meta-data/\r\n'),
  says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
  answer('401 No', 'Unauthorized'),
  answer('429 No', '', 'Retry-After: 3153600000\r\n'),
];
/** How many there are: the last has the certificate of another node. */
export const count = withoutTLS.length + withTLS.length + 1;

let stray = 0;

function serverOf(at: number, { certificate: cert, key }: KeyPair): Server {
  if (at < withoutTLS.length) {
    return createServer(socket => {
      socket.on('error', () => {});
      handshakeOnly(socket);
      withoutTLS[at]!(socket);
    });
  }
  const server = createTLSServer({ cert, key }, socket => {
    socket.on('error', () => {});
    if (at === count - 1) socket.once('data', noticed);
    socket.on('data', () => withTLS[at - withoutTLS.length]?.(socket));
  });
  return server.on('tlsClientError', () => {});
}

function noticed(): void {
  stray += 1;
}

/** Until TLS is agreed on there is nothing to send but its handshake and alerts (RFC 8446 §5.1): whatever else comes is noticed. */
function handshakeOnly(socket: Socket): void {
  let left: Buffer = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    left = Buffer.concat([left, chunk]);
    while (left.length > 0) {
      if (left[0] !== 21 && left[0] !== 22) {
        socket.off('data', read);
        return noticed();
      }
      if (left.length < 5 || left.length < 5 + left.readUInt16BE(3)) return;
      left = left.subarray(5 + left.readUInt16BE(3));
    }
  };
  socket.on('data', read);
}

async function start({ prefix, pairs }: BadSidecars): Promise<void> {
  for (const [at, pair] of pairs.entries()) {
    const free = await listens(serverOf(at, pair), { port: proxyPort, host: `${prefix}.${at + 1}` });
    if (!free) throw new Error(`${prefix}.${at + 1} is taken`);
  }
  parentPort?.postMessage({ listening: true });
  parentPort?.on('message', () => parentPort?.postMessage({ stray }));
}

if (parentPort) await start(workerData);
