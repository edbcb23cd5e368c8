import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';

/** What an RPC of a chain tells. */
export type Chain = {
  readonly chainID: string;
  /** Of the node, forty hexadecimal digits. */
  readonly id: string;
  readonly earliest: number;
  readonly latest: number;
  /** From this height on it is another chain than all others of its name. */
  readonly differsFrom?: number;
};

/** A stand-in for the RPC of CometBFT: empty blocks whose hashes are made of their height alone. */
export function rpcOf(chain: Chain): RequestListener {
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://rpc');
    const height = Number(searchParams.get('height'));
    const isThere = height >= chain.earliest && height <= chain.latest;
    const result = pathname === '/status' ? status(chain) : isThere ? at(pathname, height, chain) : undefined;
    if (pathname === '/lag_status') return void response.end('{}');
    const answer = result ? { result } : { error: { code: -32603, message: 'no such height' } };
    response.end(JSON.stringify({ jsonrpc: '2.0', id: -1, ...answer }));
  };
}

function status({ chainID, id, earliest, latest }: Chain): object {
  return {
    node_info: { id, network: chainID },
    sync_info: {
      earliest_block_height: String(earliest),
      latest_block_height: String(latest),
      catching_up: false,
    },
  };
}

function at(
  pathname: string,
  height: number,
  { chainID, differsFrom = Infinity }: Chain,
): object | undefined {
  if (pathname === '/block_results') return { height: String(height), txs_results: null };
  if (pathname !== '/block') return undefined;
  const hash = (of: string) => createHash('sha256').update(`${of} ${height}`).digest('hex').toUpperCase();
  const header = {
    chain_id: chainID,
    height: String(height),
    app_hash: hash(height >= differsFrom ? 'another app' : 'app'),
    last_results_hash: hash('results'),
  };
  return { block_id: { hash: hash('block') }, block: { header, data: { txs: [] } } };
}
