import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

/** What a stand-in of a node's RPC tells. */
export type Node = {
  readonly id?: string;
  readonly network?: string;
  readonly latest?: number;
  readonly isCatchingUp?: boolean;
  /** The hash of a block; undefined: there is no such block. */
  readonly hash?: (height: number) => string | undefined;
  /** seid answers without the envelope of JSON-RPC. */
  readonly isFlat?: boolean;
};

/** An id that no other number gives. */
export function idOf(number: number): string {
  return number.toString(16).padStart(40, '0');
}

/** Listens until the test ends. @returns its HOST:PORT. */
export async function serve(
  t: ExecutionContext,
  listener: RequestListener,
  host = '127.0.0.1',
  port = 0,
): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${host}:${(server.address() as AddressInfo).port}`;
}

/** Starts the RPC of a node. @param host where it is to listen at 26657; else any port of this machine is taken. */
export function startNode(t: ExecutionContext, node: Node, host?: string): Promise<string> {
  return serve(
    t,
    (request, response) => response.end(JSON.stringify(answer(node, request.url!))),
    host,
    host === undefined ? 0 : 26657,
  );
}

/** An address of the loopback network that no other test has; Linux alone has them without being asked. */
export function ownHost(): string {
  const byte = () => 1 + Math.floor(Math.random() * 254);
  return `127.${byte()}.${byte()}.${byte()}`;
}

function answer({ isFlat = false, ...node }: Node, path: string): object {
  const result = path === '/status' ? statusOf(node) : blockOf(node, path);
  if (isFlat) return result ?? { code: -32603, message: 'no such block' };
  return result ? { jsonrpc: '2.0', id: -1, result } : { jsonrpc: '2.0', id: -1, error: { code: -32603 } };
}

function statusOf({
  id = idOf(1),
  network = 'sei-test-1',
  latest = 5000,
  isCatchingUp = false,
}: Node): object {
  return {
    node_info: { id, network },
    sync_info: { latest_block_height: String(latest), catching_up: isCatchingUp },
  };
}

function blockOf({ hash = () => 'AB'.repeat(32) }: Node, path: string): object | undefined {
  const [, height] = /^\/block\?height=(\d+)$/.exec(path) ?? [];
  const found = hash(Number(height));
  return found === undefined ? undefined : { block_id: { hash: found }, block: { header: { height } } };
}
