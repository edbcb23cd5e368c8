import type { Block, BlockResults, Receipt } from './rpc.ts';

/** What both chains tell of a block. @typeParam T a block, or its results. */
export type Both<T> = { readonly shadow: T; readonly canonical: T };

/** What a line of a comparison says of its block: fields and names are the published sidecar's. */
export type Comparison = {
  readonly height: number;
  readonly timestamp: string;
  readonly match: boolean;
  readonly migrationMode?: true;
  readonly divergenceLayer?: 0 | 1;
  readonly layer0: HeaderComparison;
  readonly layer1?: ReceiptsComparison;
};

export type HeaderComparison = {
  readonly appHashMatch: boolean;
  readonly lastResultsHashMatch: boolean;
  /** Always true, as in the published one: a header tells no gas, receipts do. */
  readonly gasUsedMatch: true;
  readonly shadowAppHash?: string;
  readonly canonicalAppHash?: string;
  readonly shadowLastResultsHash?: string;
  readonly canonicalLastResultsHash?: string;
};

export type ReceiptsComparison =
  | {
      readonly totalTxs: number;
      readonly txCountMatch: boolean;
      readonly divergences?: readonly TransactionDivergence[];
    }
  | {
      readonly totalTxs: 0;
      readonly txCountMatch: false;
      readonly indeterminate: true;
      readonly error: string;
    };

type TransactionDivergence = { readonly txIndex: number; readonly fields: readonly FieldDivergence[] };
type FieldDivergence = { readonly field: string; readonly shadow: unknown; readonly canonical: unknown };

/** Layer 0: the headers. */
export function compareHeaders({ shadow, canonical }: Both<Block>): HeaderComparison {
  const appHashMatch = shadow.appHash === canonical.appHash;
  const lastResultsHashMatch = shadow.lastResultsHash === canonical.lastResultsHash;
  return {
    appHashMatch,
    lastResultsHashMatch,
    gasUsedMatch: true,
    ...(!appHashMatch && { shadowAppHash: shadow.appHash, canonicalAppHash: canonical.appHash }),
    ...(!lastResultsHashMatch && {
      shadowLastResultsHash: shadow.lastResultsHash,
      canonicalLastResultsHash: canonical.lastResultsHash,
    }),
  };
}

/** Layer 1: what became of each transaction. One that only one chain has differs by that. */
export function compareReceipts({ shadow, canonical }: Both<BlockResults>): ReceiptsComparison {
  const [ours, theirs] = [shadow.receipts, canonical.receipts];
  const totalTxs = Math.max(ours.length, theirs.length);
  const divergences = Array.from({ length: totalTxs }, (_, txIndex) => ({
    txIndex,
    fields: differences(ours[txIndex], theirs[txIndex]),
  })).filter(({ fields }) => fields.length > 0);
  return {
    totalTxs,
    txCountMatch: ours.length === theirs.length,
    ...(divergences.length > 0 && { divergences }),
  };
}

/**
 * What both layers come to. In a migration the app hash is expected to differ, and counts for nothing; receipts that
 * could not be compared count as different, for they alone tell there.
 */
export function verdict(
  head: Pick<Comparison, 'height' | 'timestamp'>,
  layer0: HeaderComparison,
  layer1: ReceiptsComparison | undefined,
  isMigration: boolean,
): Comparison {
  const headersDiffer = differ(layer0, isMigration);
  const receiptsDiffer = layer1 !== undefined && ('divergences' in layer1 || 'indeterminate' in layer1);
  const layer = receiptsDiffer ? 1 : headersDiffer ? 0 : undefined;
  return {
    ...head,
    match: layer === undefined,
    ...(isMigration && { migrationMode: true as const }),
    ...(layer !== undefined && { divergenceLayer: layer }),
    layer0,
    ...(layer1 && { layer1 }),
  };
}

/** Whether headers differ in what counts. */
export function differ(
  { appHashMatch, lastResultsHashMatch }: HeaderComparison,
  isMigration: boolean,
): boolean {
  return !lastResultsHashMatch || (!isMigration && !appHashMatch);
}

const compared = ['code', 'gasUsed', 'gasWanted', 'log', 'events'] as const;

function differences(ours: Receipt | undefined, theirs: Receipt | undefined): FieldDivergence[] {
  if (ours === undefined || theirs === undefined) {
    const [shadow, canonical] = [ours, theirs].map(there => (there ? 'present' : 'missing'));
    return [{ field: 'presence', shadow, canonical }];
  }
  return compared
    .filter(field => JSON.stringify(ours[field]) !== JSON.stringify(theirs[field]))
    .map(field => ({ field, shadow: ours[field], canonical: theirs[field] }));
}
