import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the store was sent it. */
export type Asked = {
  readonly method: string;
  /** With its query, in the form /bucket/key. */
  readonly path: string;
  readonly range: string | undefined;
};

/** What happens to a request on its way: no answer at all, an answer that is not the store's, an end amid the body. */
export type Fault =
  | 'silence'
  | { readonly status: number; readonly code: string }
  | { readonly cutAfter: number };

/** Undefined passes a request on. */
export type Decided = Fault | undefined;

/** What a test sees and decides of requests. */
export type Proxied = {
  readonly endpoint: string;
  /** Every request since the start, oldest first. */
  readonly asked: Asked[];
  /** Decide by bucket what happens to a request. */
  readonly faults: Map<string, (asked: Asked) => Decided | Promise<Decided>>;
};

/** Stands between the SDK and a store on a socket; signatures stay good, for the headers do. */
export async function startProxy(socketPath: string): Promise<{ store: Proxied; server: Server }> {
  const server = createServer(async (from, to) => {
    const { method = '', url: path = '', headers } = from;
    const asked = { method, path, range: headers.range };
    store.asked.push(asked);
    const fault = await store.faults.get(/^\/([^/?]*)/.exec(path)?.[1] ?? '')?.(asked);
    if (fault === undefined || (typeof fault === 'object' && 'cutAfter' in fault)) {
      pass(from, to, socketPath, fault?.cutAfter);
    } else if (fault !== 'silence') {
      from.resume();
      to.writeHead(fault.status, { 'content-type': 'application/xml' });
      to.end(`<Error><Code>${fault.code}</Code><Message>as the test wants</Message></Error>`);
    }
  });
  // A request may be on its way as an idle connection is ended.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const store: Proxied = { endpoint: `http://127.0.0.1:${port}`, asked: [], faults: new Map() };
  return { store, server };
}

function pass(from: IncomingMessage, to: ServerResponse, socketPath: string, cutAfter = Infinity): void {
  const { method, url: path } = from;
  // Of this connection, not of the next (RFC 9110 §7.6.1).
  const { connection: _, ...headers } = from.headers;
  const passed = request({ socketPath, method, path, headers }, answer => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    let left = cutAfter;
    answer.on('data', (chunk: Buffer) => {
      to.write(chunk.subarray(0, Math.max(0, left)));
      left -= chunk.length;
      if (left <= 0) to.socket?.destroySoon();
    });
    answer.on('end', () => to.end());
  });
  passed.on('error', () => to.destroy());
  to.on('close', () => passed.destroy());
  from.pipe(passed);
}
