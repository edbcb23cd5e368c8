import { timestamp } from '../../core/timestamp.ts';
import { type Both, type Comparison, compareHeaders, compareReceipts, differ, verdict } from './compare.ts';
import type { Export } from './params.ts';
import { type Persistence, persistently, untilDone } from './persistently.ts';
import { type Block, type BlockResults, blockAt, resultsAt } from './rpc.ts';

/** What a page is made of, once the node has the block. */
export type Source = Persistence & { readonly of: Export };

/** The line of a block in a page of results: what the RPC answered, whole. */
export async function resultsLine(height: number, source: Source): Promise<string> {
  const { signal, now } = source.context;
  const { text } = await untilDone('local', () => resultsAt(source.of.local, height, signal), source);
  return `{"block_results":${text},"exported_at":"${timestamp(now())}","height":${height}}\n`;
}

/** A block that was compared, and the report on it where it differs. */
export type Compared = { readonly comparison: Comparison; readonly report: string | undefined };

/** Compares a block with the canonical chain's. Receipts are asked for where the headers differ, in a migration always. */
export async function compareBlock(height: number, canonical: URL, source: Source): Promise<Compared> {
  const { context, of } = source;
  const { chainID } = context.settings;
  const blockOf = (party: 'local' | 'canonical', rpc: URL) =>
    untilDone(party, () => blockAt(rpc, chainID, height, context.signal), source);
  const [ours, theirs] = await Promise.all([blockOf('local', of.local), blockOf('canonical', canonical)]);
  const blocks = { shadow: ours, canonical: theirs };
  const layer0 = compareHeaders(blocks);
  const results =
    differ(layer0, of.isMigration) || of.isMigration
      ? await resultsOfBoth(height, canonical, source)
      : undefined;
  const layer1 = results && receipts(results, of.isMigration);
  const timestampNow = timestamp(context.now());
  const comparison = verdict({ height, timestamp: timestampNow }, layer0, layer1, of.isMigration);
  return { comparison, report: comparison.match ? undefined : report(comparison, blocks, results) };
}

type Results = Both<BlockResults | string>;

/** After five tries why there are none: a header that differs must be told, though its receipts were pruned. */
async function resultsOfBoth(height: number, canonical: URL, source: Source): Promise<Results> {
  const resultsOf = async (party: 'local' | 'canonical', rpc: URL) => {
    const came = await persistently(party, () => resultsAt(rpc, height, source.context.signal), source, 5);
    return came.ok ? came.value : came.error;
  };
  const [ours, theirs] = await Promise.all([
    resultsOf('local', source.of.local),
    resultsOf('canonical', canonical),
  ]);
  return { shadow: ours, canonical: theirs };
}

function receipts({ shadow, canonical }: Results, isMigration: boolean): Comparison['layer1'] {
  if (typeof shadow !== 'string' && typeof canonical !== 'string')
    return compareReceipts({ shadow, canonical });
  if (!isMigration) return undefined;
  const error =
    typeof shadow === 'string' ? `the node's RPC ${shadow}` : `the canonical RPC ${canonical as string}`;
  return { totalTxs: 0, txCountMatch: false, indeterminate: true, error };
}

/** All that both chains told, word for word, so that nobody has to ask them again. */
function report(comparison: Comparison, blocks: Both<Block>, results: Results | undefined): string {
  const told = (of: keyof Both<unknown>) => {
    const found = results?.[of];
    const blockResults = typeof found === 'object' ? found.text : 'null';
    return `{"block":${blocks[of].text},"blockResults":${blockResults}}`;
  };
  const { height, timestamp } = comparison;
  return `{"height":${height},"timestamp":"${timestamp}","comparison":${JSON.stringify(comparison)},"shadow":${told('shadow')},"canonical":${told('canonical')}}\n`;
}
