import type { Agent, IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import type { Answer, Limits, Message } from './transport.ts';

/** Milliseconds for the other side to say good-bye as well. */
const parting = 1000;

/**
 * Asks a server to change to WebSocket (RFC 6455), over the pool of every other request, so that proxy, authority and
 * certificates are the same.
 *
 * @param protocol the subprotocol. @param limits as of `send`; `signal` ends what is opened as well.
 * @returns the answer; with 101 its `webSocket`, paused, so that no message comes before somebody listens.
 */
export function upgrade(
  protocol: string,
  agent: Agent,
  url: string,
  { headers }: Pick<Message, 'headers'>,
  { signal, silence }: Limits,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { agent, headers, perMessageDeflate: false, closeTimeout: parting };
    const webSocket = new WebSocket(url, protocol, { ...options, handshakeTimeout: silence });
    const answered = (body: IncomingMessage, opened: Pick<Answer, 'webSocket'> = {}) =>
      resolve({ status: body.statusCode ?? 0, headers: body.headers, body, ...opened });
    const abort = () => {
      reject(signal?.reason);
      webSocket.terminate();
    };
    webSocket.on('error', reject);
    webSocket.on('unexpected-response', (_request, answer) => answered(answer));
    webSocket.on('upgrade', answer =>
      webSocket.once('open', () => {
        webSocket.pause();
        answered(answer, { webSocket });
      }),
    );
    webSocket.on('close', () => signal?.removeEventListener('abort', abort));
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
}
