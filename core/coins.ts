import { failure, type Result, success } from './result.ts';

/** An amount of one denomination, as the Cosmos SDK has it: a whole number in decimal digits. */
export type Coin = { readonly denom: string; readonly amount: string };

const coinPattern = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-zA-Z][a-zA-Z0-9/-]{2,127})$/;

/** The most bits that the SDK's integers have. */
const largest = 2n ** 255n;

/**
 * Reads a coin as `seid` does (sdk.ParseCoinNormalized): `1000000usei`; a fraction of the smallest unit is dropped.
 *
 * @returns else what is wrong, as a clause to follow the field's name.
 */
export function parseCoin(text: string): Result<Coin> {
  const [, number = '', denom = ''] = coinPattern.exec(text.trim()) ?? [];
  if (denom === '') return failure('must be an amount and its denomination, such as 1000000usei');
  const [whole = '', fraction = ''] = number.split('.');
  const amount = BigInt(whole);
  if (amount >= largest || fraction.length > 18) return failure('is more than a chain can count');
  return success({ denom, amount: String(amount) });
}

/** Reads coins, separated by commas, into the order of a genesis: by denomination, without those of zero. */
export function parseCoins(text: string): Result<Coin[]> {
  const coins = new Map<string, Coin>();
  for (const part of text.split(',')) {
    const coin = parseCoin(part);
    if (!coin.ok) return coin;
    const { denom } = coin.value;
    if (coins.has(denom)) return failure(`names ${denom} twice`);
    coins.set(denom, coin.value);
  }
  const positive = [...coins.values()].filter(({ amount }) => amount !== '0');
  return success(positive.toSorted((a, b) => (a.denom < b.denom ? -1 : 1)));
}

/** What of a balance has the denomination of a coin. */
export function amountOf(balance: readonly Coin[], { denom }: Coin): bigint {
  return BigInt(balance.find(coin => coin.denom === denom)?.amount ?? 0);
}
