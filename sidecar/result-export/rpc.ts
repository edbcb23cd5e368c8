import { failure, type Result, success } from '../../core/result.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';
import { type Answer, answerOf } from '../rpc/comet.ts';
import { heightIn } from '../snapshots/keys.ts';

/** Of a block what is compared, and the answer on one line of JSON. */
export type Block = { readonly text: string; readonly appHash: string; readonly lastResultsHash: string };

/** Of the results of a block what is compared, and the answer on one line of JSON. */
export type BlockResults = { readonly text: string; readonly receipts: readonly Receipt[] };

/** What became of a transaction. Gas is text, as CometBFT has numbers of 64 bits. */
export type Receipt = {
  readonly code: number;
  readonly log: string;
  readonly gasUsed: string;
  readonly gasWanted: string;
  readonly events: unknown;
};

/** The heights that a node has. @returns else why it does not tell. */
export async function heights(
  rpc: URL,
  signal: AbortSignal,
): Promise<Result<{ earliest: number; latest: number }>> {
  const answer = await ask(rpc, '/status', signal);
  if (!answer.ok) return answer;
  const { sync_info: sync } = answer.value.fields;
  const { latest_block_height: last, earliest_block_height: first } = isFields(sync) ? sync : {};
  const latest = heightIn(String(last));
  if (latest === undefined) return failure(`tells the latest height ${shown(last)}, which is none`);
  return success({ earliest: heightIn(String(first)) ?? 1, latest });
}

/** A block. @returns else why there is none; a block of another chain or height is none. */
export async function blockAt(
  rpc: URL,
  chain: string,
  height: number,
  signal: AbortSignal,
): Promise<Result<Block>> {
  const answer = await ask(rpc, `/block?height=${height}`, signal);
  if (!answer.ok) return answer;
  const header = fieldsIn(fieldsIn(answer.value.fields, 'block'), 'header');
  const { chain_id: ofChain, height: ofHeight } = header;
  if (ofChain !== chain) return failure(`tells a block of chain ${shown(ofChain)}, not of ${chain}`);
  if (String(ofHeight) !== String(height)) {
    return failure(`tells block ${shown(ofHeight)} where ${height} was asked`);
  }
  const [appHash, lastResultsHash] = [hash(header.app_hash), hash(header.last_results_hash)];
  if (appHash === undefined || lastResultsHash === undefined) {
    return failure(`tells no app_hash and last_results_hash of block ${height}`);
  }
  return success({ text: onOneLine(answer.value), appHash, lastResultsHash });
}

/** The results of a block. @returns else why there are none. */
export async function resultsAt(
  rpc: URL,
  height: number,
  signal: AbortSignal,
): Promise<Result<BlockResults>> {
  const answer = await ask(rpc, `/block_results?height=${height}`, signal);
  if (!answer.ok) return answer;
  const { height: ofHeight, txs_results: found } = answer.value.fields;
  if (String(ofHeight) !== String(height)) {
    return failure(`tells the results of block ${shown(ofHeight)} where ${height} was asked`);
  }
  const receipts = (Array.isArray(found) ? found : []).map(receiptOf);
  if (!(Array.isArray(found) || (found ?? undefined) === undefined) || receipts.includes(undefined)) {
    return failure(`tells results of block ${height} that are no list of receipts`);
  }
  return success({ text: onOneLine(answer.value), receipts: receipts as Receipt[] });
}

/** Bytes of an answer, milliseconds for all of it: a block of 22 MB, the most that CometBFT takes, in base64. */
const [longest, timeout] = [32 * 1024 * 1024, 30_000];

function ask(rpc: URL, path: string, signal: AbortSignal): Promise<Result<Answer>> {
  const url = new URL(rpc.href.replace(/\/$/, '') + path);
  return answerOf(url, { longest, timeout, redirects: 0, signal });
}

function fieldsIn(fields: Fields, key: string): Fields {
  const value = fields[key];
  return isFields(value) ? value : {};
}

/** In capitals, as CometBFT writes it; the first blocks of a chain have an empty one. */
function hash(value: unknown): string | undefined {
  return typeof value === 'string' && /^([\da-f]{2}){0,64}$/i.test(value) ? value.toUpperCase() : undefined;
}

function receiptOf(value: unknown): Receipt | undefined {
  if (!isFields(value)) return undefined;
  const { code = 0, log = '', gas_used = '0', gas_wanted = '0', events = null } = value;
  const [gasUsed, gasWanted] = [String(gas_used), String(gas_wanted)];
  const isReceipt =
    Number.isSafeInteger(code) && typeof log === 'string' && [gasUsed, gasWanted].every(isNumber);
  return isReceipt ? { code: Number(code), log, gasUsed, gasWanted, events } : undefined;
}

function isNumber(text: string): boolean {
  return /^-?\d{1,20}$/.test(text);
}

/** JSON has line ends between its tokens only, so what is indented gets one line, and no number loses a digit. */
function onOneLine({ text }: Answer): string {
  return text.trim().replace(/[\r\n]\s*/g, '');
}
