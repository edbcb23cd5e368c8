import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionContext } from 'ava';
import { serve } from '../tasks/servers.ts';

/** A stand-in of a node's RPC, which tells of a chain that the test makes up; the test may change it while it serves. */
export type Chain = {
  earliest: number;
  latest: number;
  chainID: string;
  /** The app hash of a height. */
  appHash: (height: number) => unknown;
  /** The results of the transactions of a height. */
  receipts: (height: number) => unknown;
  /** Answers in place of the chain: true where it has. */
  instead: (path: string, response: ServerResponse) => boolean | Promise<boolean>;
  /** Every path that was asked. */
  readonly asked: string[];
};

/** The chain of the homes of `../snapshots/place.ts`. */
export const chainID = 'atlantic-2';

/** What a transaction comes to. */
export const receipt = (height: number) => ({
  code: 0,
  log: 'a log with "quotes", \\ and a\nline end',
  gas_used: String(height),
  gas_wanted: '9007199254740993',
  events: [{ type: 'transfer', attributes: [{ key: 'amount', value: '1usei', index: true }] }],
});

/** Serves a chain until the test ends. @returns its address as well. */
export async function serveChain(
  t: ExecutionContext,
  changes: Partial<Chain> = {},
): Promise<Chain & { readonly url: string }> {
  const chain: Chain = {
    earliest: 1,
    latest: 1_000_000,
    chainID,
    appHash: height => height.toString(16).padStart(64, '0'),
    receipts: height => [receipt(height)],
    instead: () => false,
    asked: [],
    ...changes,
  };
  const url = `http://${await serve(t, (request, response) => answer(chain, request, response))}`;
  return Object.assign(chain, { url });
}

async function answer(chain: Chain, { url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
  chain.asked.push(url);
  if (await chain.instead(url, response)) return;
  const height = Number(new URL(url, 'http://rpc').searchParams.get('height'));
  if (height > chain.latest) response.statusCode = 500;
  // As CometBFT answers a GET: within an envelope, indented.
  const result = resultOf(chain, url, height);
  response.end(JSON.stringify({ jsonrpc: '2.0', id: -1, result }, null, 2));
}

function resultOf(chain: Chain, url: string, height: number): object {
  if (url === '/status') {
    const { latest, earliest } = chain;
    return {
      sync_info: { latest_block_height: String(latest), earliest_block_height: String(earliest) },
    };
  }
  if (url.startsWith('/block_results')) {
    return { height: String(height), txs_results: chain.receipts(height) };
  }
  const header = {
    chain_id: chain.chainID,
    height: String(height),
    app_hash: chain.appHash(height),
    last_results_hash: 'AB'.repeat(32),
  };
  return { block_id: { hash: 'CD'.repeat(32) }, block: { header } };
}
