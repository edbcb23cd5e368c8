import { createHash } from 'node:crypto';
import { parseJSON } from '../../core/json.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { isFields } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';

/** SHA-256 of the genesis of chains that everyone knows, as sei-config v0.0.20 holds them. */
export const knownDigests: Readonly<Record<string, string>> = {
  'pacific-1': 'd7ce8349b9e26573951c8c19afe018ee721cddcedb2d5a8df6f712ecbccc3428',
  'atlantic-2': 'd78c35f55c5263108d56f638b26255c714a36e0800f2dcf57136ecb9042e7772',
  'arctic-1': '8ef5b0c01c1cde65be22a0f501d1663c55b3a900b46ecb72a5ccd823040bf035',
};

/** Bytes: that of arctic-1, the longest known, has 836 KB. */
export const longestGenesis = 64 * 1024 * 1024;

/** What a genesis must be. */
export type Expected = { readonly chainID: string; readonly digests: readonly string[] };

/** What the genesis of a chain must be. @param asked the digest that the task was given. */
export function expectedGenesis(chainID: string, asked: string | undefined): Expected {
  const known = Object.hasOwn(knownDigests, chainID) ? knownDigests[chainID] : undefined;
  return { chainID, digests: [asked, known].flatMap(digest => (digest ? [digest.toLowerCase()] : [])) };
}

/** Whether a text is the genesis that is wanted. @returns else what it is and what it should be; nothing of its content. */
export function checkGenesis(content: Uint8Array, { chainID, digests }: Expected): Result<undefined> {
  const digest = createHash('sha256').update(content).digest('hex');
  const other = digests.find(expected => expected !== digest);
  if (other !== undefined)
    return failure(`has the SHA-256 ${digest}; that of the genesis of ${chainID} is ${other}`);
  const genesis = parseJSON(Buffer.from(content).toString());
  if (!isFields(genesis)) return failure('is no JSON object');
  if (genesis.chain_id === chainID) return success(undefined);
  return failure(`is of chain ${shown(genesis.chain_id)}; this sidecar is of chain ${shown(chainID)}`);
}
