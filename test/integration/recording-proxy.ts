import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request that came, in the words of HTTP; `status` once there was an answer. */
export type Recorded = {
  readonly method: string;
  readonly path: string;
  status?: number;
};

/** A way to the API server that can be cut and frozen, and knows what went over it. */
export type RecordingProxy = {
  readonly server: string;
  /** Every request so far, in order. */
  readonly requests: readonly Recorded[];
  /** Ends every connection, and each that is made until `mend`. */
  readonly cut: () => void;
  /** Lets nothing through of what is chosen, request or answer, and ends nothing: as a network that loses every packet. */
  readonly freeze: (chosen?: (request: Recorded) => boolean) => void;
  /** All is well again: what was frozen goes on, also where nobody waits for it any more. */
  readonly mend: () => void;
  readonly close: () => void;
};

export type Upstream = { readonly server: string; readonly authority: string; readonly token: string };

/** Starts one. Who comes over it is let in by the token. */
export async function startRecordingProxy({ server, authority, token }: Upstream): Promise<RecordingProxy> {
  const agent = new https.Agent({ keepAlive: true, ca: authority });
  const requests: Recorded[] = [];
  let isCut = false;
  let frozen: (request: Recorded) => boolean = () => false;
  let thaw = Promise.withResolvers<void>();
  const passes = (request: Recorded) => (frozen(request) ? thaw.promise : undefined);
  const answer = async (came: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: path = '' } = came;
    const recorded: Recorded = { method, path };
    requests.push(recorded);
    const body = await buffer(came);
    await passes(recorded);
    const headers = { ...came.headers, authorization: `Bearer ${token}` };
    const sent = https.request(server + path, { agent, method, headers });
    const received = Promise.withResolvers<IncomingMessage>();
    sent.on('response', received.resolve).on('error', received.reject).end(body);
    const found = await received.promise;
    response.on('close', () => found.destroy());
    recorded.status = found.statusCode ?? 0;
    response.writeHead(recorded.status, found.headers).flushHeaders();
    for await (const chunk of found) {
      await passes(recorded);
      response.write(chunk);
    }
    response.end();
  };
  const proxy = createServer((came, response) => {
    answer(came, response).catch(() => response.destroy());
  });
  // As the API server, it does not end a connection that has been idle for seconds: a request may be on its way.
  proxy.keepAliveTimeout = 0;
  proxy.on('connection', socket => isCut && socket.destroy());
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    requests,
    cut: () => {
      isCut = true;
      proxy.closeAllConnections();
    },
    freeze: (chosen = () => true) => {
      frozen = chosen;
    },
    mend: () => {
      isCut = false;
      frozen = () => false;
      thaw.resolve();
      thaw = Promise.withResolvers();
    },
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
      agent.destroy();
    },
  };
}
