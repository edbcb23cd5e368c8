import type { Coin } from '../../core/coins.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { type Account, addressBytes, bech32Address, evmAddress } from './account.ts';

/**
 * The genesis with an account and its balance in it, and the address that it has in the EVM, where the chain has one: once,
 * whatever of it was there. Everything else stays, numbers beyond 2^53 included.
 *
 * @returns else what the genesis lacks, as a clause to follow its name.
 */
export function withAccount(genesis: string, account: Account, balance: readonly Coin[]): Result<string> {
  const document = parsed(genesis);
  const state = isFields(document) && isFields(document.app_state) ? document.app_state : {};
  const { auth, bank, evm } = state;
  if (!isFields(document) || !isFields(auth) || !isFields(bank)) {
    return failure('has no app_state with auth and bank; seid init makes it');
  }
  const address = bech32Address('sei', account.address);
  const app_state = {
    ...state,
    auth: { ...auth, accounts: [...others(auth.accounts, 'address', address), baseAccount(address)] },
    bank: {
      ...bank,
      balances: sorted([...others(bank.balances, 'address', address), { address, coins: balance }]),
    },
    ...(isFields(evm) && { evm: withAssociation(evm, address, evmAddress(account)) }),
  };
  return success(JSON.stringify({ ...document, app_state }, null, 2));
}

/** A number stays as it is written. */
function parsed(text: string): unknown {
  const exact = (_: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' && source !== undefined ? rawJSON(source) : value;
  try {
    return JSON.parse(text, exact);
  } catch {
    return undefined;
  }
}

/** Of ECMAScript 2026, which the types do not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

function baseAccount(address: string): object {
  const type = '/cosmos.auth.v1beta1.BaseAccount';
  return { '@type': type, address, pub_key: null, account_number: '0', sequence: '0' };
}

function withAssociation(evm: Fields, sei_address: string, eth_address: string): Fields {
  const associations = others(evm.address_associations, 'sei_address', sei_address);
  return { ...evm, address_associations: [...associations, { sei_address, eth_address }] };
}

function others(list: unknown, key: string, address: string): Fields[] {
  return (Array.isArray(list) ? list : []).filter(entry => isFields(entry) && entry[key] !== address);
}

/** By the bytes of the address, as the SDK sorts them. */
function sorted(balances: readonly Fields[]): Fields[] {
  const bytes = ({ address }: Fields) =>
    Buffer.from((typeof address === 'string' && addressBytes(address)) || []);
  return balances.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
}
