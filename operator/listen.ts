import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** What a path answers with. */
export type Answer = { readonly status: number; readonly type: string; readonly text: string };

export type Routes = Readonly<Record<string, () => Answer | Promise<Answer>>>;

export type Listening = {
  /** `http://HOST:PORT` */
  readonly url: string;
  readonly close: () => Promise<void>;
};

/** It cannot be listened where a flag says: exit code 1. */
export class ListenError extends Error {}

/**
 * Serves paths for probes and scrapes, over plain HTTP.
 *
 * @param flag that gave the address, for errors. @param address `HOST:PORT`, `:PORT`, or `0` for nowhere.
 * @param failed told of what a route threw; who asked is told 500 and nothing else.
 * @returns undefined for nowhere. @throws ListenError
 */
export async function listen(
  flag: string,
  address: string,
  routes: Routes,
  failed: (error: unknown) => void,
): Promise<Listening | undefined> {
  if (address === '0') return undefined;
  const server = createServer(async ({ method = '', url = '' }, response) => {
    const { status, type, text } = await answerTo(method, url, routes).catch(error => {
      failed(error);
      return plain(500, 'internal error');
    });
    response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(text);
  });
  const bound = await bind(server, flag, address);
  server.on('error', failed);
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${name}:${bound.port}`, close };
}

/** Has a server listen. @param flag that gave the address. @param address `HOST:PORT` or `:PORT`. @throws ListenError */
export async function bind(server: Server, flag: string, address: string): Promise<AddressInfo> {
  const { host, port } = addressOf(flag, address);
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => reject(refusal(flag, address, code)));
    server.listen({ port, ...(host !== '' && { host }) }, resolve);
  });
  return server.address() as AddressInfo;
}

/** One answer in plain text. */
export function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}

async function answerTo(method: string, url: string, routes: Routes): Promise<Answer> {
  const path = url.replace(/[?#].*$/s, '');
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) return plain(404, `there is ${Object.keys(routes).join(', ')}`);
  return method === 'GET' || method === 'HEAD' ? await route() : plain(405, 'GET alone');
}

function addressOf(flag: string, address: string): { host: string; port: number } {
  const [, bracketed, bare, digits] = /^(?:\[([\da-fA-F:.%]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(address) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new ListenError(`${flag} cannot be "${address}": write HOST:PORT, :PORT, or 0 for nowhere`);
  }
  return { host: bracketed ?? bare ?? '', port };
}

const causes: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there: choose another port',
  EACCES: 'this user may not: choose a port above 1023',
  EADDRNOTAVAIL: 'no address of this machine',
  ENOTFOUND: 'the host name is unknown',
};

function refusal(flag: string, address: string, code = 'unknown'): ListenError {
  return new ListenError(`cannot listen on ${address} (${flag}): ${causes[code] ?? 'it failed'} (${code})`);
}
