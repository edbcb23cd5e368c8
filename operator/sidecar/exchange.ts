import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { fault } from '../../cluster/error.ts';
import type { Answer } from '../../core/sidecar/answer.ts';

/** A request to a sidecar. */
export type Request = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Ends it, wherever it is: by time, or for the fault CLOSED. */
  readonly signal: AbortSignal;
};

/** Bytes: a task with its parameters has some hundreds. */
const longest = 4 * 1024 * 1024;
/** Bytes that a chunk counts for beside its own: four million chunks of one byte are no short answer. */
const ofChunk = 64;
/** Answers of 1xx before the answer; nobody has a use for one. */
const mostInterim = 16;

/**
 * Sends one request and reads the whole answer. Redirects are answers like others.
 *
 * @throws an error with a code of Node, or one of fault-message.ts.
 */
export function exchange(agent: http.Agent, request: Request): Promise<Answer> {
  const { method, url, headers, body, signal } = request;
  if (signal.aborted) return Promise.reject(ended(signal, 'ETIMEDOUT'));
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const { request: open } = url.startsWith('https:') ? https : http;
    const sent = open(url, { agent, method, headers }, response => {
      answer = response;
      textOf(response).then(text => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    // Nobody asked for another protocol. Unheard, Node would drop the request without a word.
    sent.on('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, text: '' });
    });
    let interim = 0;
    sent.on('information', () => {
      interim += 1;
      if (interim > mostInterim) sent.destroy(fault('TOO_LONG'));
    });
    const abort = () => {
      const error = ended(signal, timedOut(answer, sent));
      answer?.destroy(error);
      sent.destroy(error);
      reject(error);
    };
    signal.addEventListener('abort', abort);
    sent.on('close', () => signal.removeEventListener('abort', abort));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection just as it is used again; each request may be made twice (contract §5).
      const isStale = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') && !answer;
      if (isStale && !signal.aborted) resolve(exchange(agent, request));
      else reject(error);
    });
    sent.end(body);
  });
}

function ended({ reason }: AbortSignal, timedOut: string): Error {
  return reason?.code === 'CLOSED' ? reason : fault(timedOut);
}

/** How far it came. */
function timedOut(answer: IncomingMessage | undefined, sent: http.ClientRequest): string {
  if (answer !== undefined) return 'STALLED';
  return sent.socket && !sent.socket.connecting ? 'NO_ANSWER' : 'ETIMEDOUT';
}

async function textOf(body: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length + ofChunk;
      if (size > longest) throw fault('TOO_LONG');
      // A copy: a part of what was read from the socket would keep all of it.
      chunks.push(Buffer.from(chunk));
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ECONNRESET' ? fault('BROKEN_OFF') : error;
  }
  return Buffer.concat(chunks).toString();
}
