import { parseJSON } from '../../core/json.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';
import { type DownloadLimits, download } from '../http/download.ts';
import { isParsable } from '../http/json-size.ts';

/** What a node says of itself (CometBFT's /status). */
export type NodeStatus = {
  readonly id: string;
  readonly network: string | undefined;
  readonly latestHeight: bigint;
  readonly isCatchingUp: boolean;
};

const timeout = 10_000;
/** Bytes: a block with its transactions, in base64; what a node says of itself, which many are asked for at once. */
const [longestBlock, longestStatus] = [64 * 1024 * 1024, 1024 * 1024];
const nodeID = /^[\da-f]{40}$/;
const heightText = /^\d{1,18}$/;

/** The URL of an RPC that is named HOST:PORT: TLS on 443 alone, as the published sidecar has it; undefined where it is no such name. */
export function rpcURL(endpoint: string): URL | undefined {
  const [, host, port] = /^(\[[\da-f:]+\]|[a-z\d._-]+):(\d{1,5})$/i.exec(endpoint) ?? [];
  return host === undefined
    ? undefined
    : (URL.parse(`${port === '443' ? 'https' : 'http'}://${host}:${port}`) ?? undefined);
}

/** The name of an RPC as seid must be told it: one without a scheme is taken for one without TLS. */
export function serverName(endpoint: string): string {
  return rpcURL(endpoint)?.protocol === 'https:' ? `https://${endpoint}` : endpoint;
}

/** Asks an RPC for its node. @returns else why it cannot be had, as a clause to follow the endpoint. */
export async function nodeStatus(endpoint: string, signal: AbortSignal): Promise<Result<NodeStatus>> {
  const answer = await ask(endpoint, '/status', longestStatus, signal);
  if (!answer.ok) return answer;
  const { node_info: node, sync_info: sync } = answer.value;
  const { id, network } = isFields(node) ? node : {};
  const { latest_block_height: height, catching_up: isCatchingUp } = isFields(sync) ? sync : {};
  if (typeof id !== 'string' || !nodeID.test(id))
    return failure(`tells the node id ${shown(id)}, which is none`);
  const isHeight = typeof height === 'string' && heightText.test(height);
  return success({
    id,
    network: typeof network === 'string' && network !== '' ? network : undefined,
    latestHeight: isHeight ? BigInt(height) : 0n,
    isCatchingUp: isCatchingUp === true,
  });
}

/** Asks an RPC for the hash of a block, in capital hexadecimal. @returns else why it cannot be had, as a clause. */
export async function blockHash(
  endpoint: string,
  height: bigint,
  signal: AbortSignal,
): Promise<Result<string>> {
  const answer = await ask(endpoint, `/block?height=${height}`, longestBlock, signal);
  if (!answer.ok) return answer;
  const { block_id: id } = answer.value;
  const hash = isFields(id) ? id.hash : undefined;
  if (typeof hash !== 'string' || !/^[\da-f]{64}$/i.test(hash)) {
    return failure(`tells the hash ${shown(hash)} of block ${height}, which is none`);
  }
  return success(hash.toUpperCase());
}

async function ask(
  endpoint: string,
  path: string,
  longest: number,
  signal: AbortSignal,
): Promise<Result<Fields>> {
  const url = rpcURL(endpoint);
  if (url === undefined) return failure('is no HOST:PORT');
  const answer = await answerOf(new URL(path, url), { longest, timeout, redirects: 0, signal });
  return answer.ok ? success(answer.value.fields) : answer;
}

/** What an RPC answered: the whole text, and the fields of the result in it. */
export type Answer = { readonly text: string; readonly fields: Fields };

/** Asks an RPC, which may be anybody's. @returns else why there is no answer, as a clause to follow its name. */
export async function answerOf(url: URL, limits: DownloadLimits): Promise<Result<Answer>> {
  const body = await download(url, limits);
  if (!body.ok) return body;
  if (!isParsable(body.value)) return failure('answers with JSON that is too deep or has too many values');
  const text = body.value.toString();
  const answer = parseJSON(text);
  if (!isFields(answer)) return failure('answers with no JSON object');
  // CometBFT wraps its answers, seid's fork of it does not.
  const fields = answer.jsonrpc === '2.0' ? answer.result : answer;
  if (isFields(fields)) return success({ text, fields });
  // What comes before may be the key of a provider.
  return failure(`answers /${url.pathname.split('/').at(-1)}${url.search} with an error`);
}
