import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

/** A request; what is not said is a GET of 127.0.0.1 without headers. */
export type Question = {
  readonly port: number;
  /** As it is written, also `/x/../y`. */
  readonly path: string;
  readonly method?: string;
  /** Names and values in turn, as they are written: a name may come twice. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly address?: string;
  /** Under TLS, what the server is verified by. */
  readonly verifiedBy?: { readonly ca: string; readonly name: string };
};

export type Reply = { readonly status: number; readonly text: string };

/** Asks over a connection of its own. @throws the fault of the connection. */
export function ask(question: Question): Promise<Reply> {
  const { port, path, method = 'GET', headers = [], body = '', address = '127.0.0.1' } = question;
  const { ca, name: servername } = question.verifiedBy ?? {};
  const common = ['host', `${servername ?? address}:${port}`, 'connection', 'close'];
  const length = body === '' ? [] : ['content-length', `${Buffer.byteLength(body)}`];
  // An array of headers is sent as it is.
  const options = { host: address, port, path, method, headers: [...common, ...length, ...headers] as never };
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const answered = async (response: http.IncomingMessage) => {
    resolve({ status: response.statusCode ?? 0, text: await text(response) });
  };
  const sent = servername
    ? https.request({ ...options, agent: false, ca, servername }, answered)
    : http.request({ ...options, agent: false }, answered);
  sent.on('error', reject).end(body);
  return promise;
}
