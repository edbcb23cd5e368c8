import type { Agent, IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { fault } from './error.ts';
import type { Answer, Limits, Message } from './transport.ts';

/** Milliseconds for the other side to say good-bye as well. */
const parting = 1000;

/**
 * Asks a server to change to WebSocket (RFC 6455), over the pool of every other request, so that proxy, authority and
 * certificates are the same.
 *
 * @param protocol the subprotocol. @param limits of the asking; what is opened has none.
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
    const webSocket = new WebSocket(url, protocol, options);
    const giveUp = (error: Error) => {
      settle();
      reject(error);
      webSocket.terminate();
    };
    const abort = () => giveUp(signal?.reason);
    const timer = setTimeout(() => giveUp(fault('ERR_HTTP_REQUEST_TIMEOUT')), silence);
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const answered = (body: IncomingMessage, opened: Pick<Answer, 'webSocket'> = {}) => {
      settle();
      resolve({ status: body.statusCode ?? 0, headers: body.headers, body, ...opened });
    };
    webSocket.on('error', giveUp);
    webSocket.on('unexpected-response', (_request, answer) => answered(answer));
    webSocket.on('upgrade', answer =>
      webSocket.once('open', () => {
        webSocket.pause();
        answered(answer, { webSocket });
      }),
    );
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
}
