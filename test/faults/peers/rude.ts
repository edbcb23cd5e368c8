import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTLSServer, type TlsOptions } from 'node:tls';
import type { ExecutionContext } from 'ava';
import { listen } from '../../cluster/fakes.ts';
import type { KeyPair } from '../../control-plane/certificates.ts';

/** A peer that does what it likes with a connection, and what it was sent. */
export type Rude = {
  readonly port: number;
  /** Every byte that came, decrypted where it speaks TLS. */
  readonly sent: () => string;
  readonly connections: () => readonly Socket[];
};

/** What a peer does once a request has come, or, without TLS, at once. */
export type Manners = (socket: Socket) => void;

/** A server of TLS that really is one, until the request has come. */
export function rudeTLS(
  t: ExecutionContext,
  { certificate: cert, key }: KeyPair,
  manners: Manners,
  options: TlsOptions = {},
): Promise<Rude> {
  const server = createTLSServer({ cert, key, ...options });
  // The client may give up in the middle of a handshake.
  server.on('tlsClientError', () => {});
  return started(t, server, 'secureConnection', socket => socket.once('data', () => manners(socket)));
}

/** A server that never comes to TLS. */
export function rudeTCP(t: ExecutionContext, manners: Manners): Promise<Rude> {
  return started(t, createServer(), 'connection', manners);
}

async function started(
  t: ExecutionContext,
  server: ReturnType<typeof createServer>,
  event: string,
  greet: Manners,
): Promise<Rude> {
  let sent = '';
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => {})));
  server.on(event, (socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', chunk => {
      sent += chunk;
    });
    greet(socket);
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: await listen(server), sent: () => sent, connections: () => sockets };
}

/** Writes a head, then the same again and again for as long as somebody reads. */
export function floods(head: string, again: string): Manners {
  return socket => {
    socket.write(head);
    const more = () => {
      if (!socket.destroyed && socket.write(again)) setImmediate(more);
    };
    socket.on('drain', more);
    more();
  };
}

/** Writes a head, then the same again at every tick, so that nobody calls it silent. */
export function drips(head: string | Uint8Array, again: string | Uint8Array, every = 20): Manners {
  return socket => {
    socket.write(head);
    const timer = setInterval(() => socket.write(again), every);
    socket.on('close', () => clearInterval(timer));
  };
}

/** Writes this and nothing more. */
export function says(text: string): Manners {
  return socket => socket.write(text);
}

/** An answer, whole. */
export function answer(status: string, body: string, headers = ''): Manners {
  return says(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`);
}

/** What moves a cursor, sets a title, names a link, writes to the clipboard, turns text round or hides it; and a line of a log. */
export const hostile =
  '\u001b[2J\u001b]8;;https://evil.test\u0007\u001b]52;c;ZXZpbA==\u0007\u009b31m\u202egnp\u2066\u200b\u2028\u0000\u0008\r\n{"level":"info"}😀';

/** What must never come out raw; a newline only where lines are ours. */
export const raw = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
