import test from 'ava';
import { accountOf } from '../../sidecar/ceremony/account.ts';
import { withAccount } from '../../sidecar/ceremony/genesis-account.ts';
import { checkGenesis } from '../../sidecar/genesis/check.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateText, mutateValue } from './fuzz/mutate.ts';

const account = accountOf(new Uint8Array(32).fill(1));
const address = 'sei1qyqszqgpqyqszqgpqyqszqgpqyqszqgp7lk7dh';
const corpus = [
  {
    chain_id: 'arctic-1',
    initial_height: '1',
    app_state: {
      auth: { accounts: [{ '@type': '/cosmos.auth.v1beta1.BaseAccount', address, sequence: '0' }] },
      bank: {
        balances: [
          { address, coins: [{ denom: 'usei', amount: '1' }] },
          { address: 'sei1x', coins: [] },
        ],
      },
      evm: { address_associations: [{ sei_address: address, eth_address: '0x1' }] },
    },
    validators: [],
    big: 9_007_199_254_740_991,
  },
];

test('a genesis with anything done to it is taken, or refused in a sentence', async t => {
  await fuzz(t, {
    who: 'sidecar',
    fault: 'a genesis that was made to hurt',
    count: 3_000,
    whole: 10_000,
    holds: random => {
      const value = JSON.stringify(mutateValue(random, random.pick(corpus))) ?? '';
      const text = random.below(4) === 0 ? mutateText(random, value) : value;
      const checked = checkGenesis(Buffer.from(text), { chainID: 'arctic-1', digests: [] });
      if (!checked.ok && noSentence(checked.error)) return noSentence(checked.error);
      const changed = withAccount(text, account, [{ denom: 'usei', amount: '5' }]);
      if (!changed.ok) return noSentence(changed.error);
      const { app_state } = JSON.parse(changed.value);
      const own = app_state.bank.balances.filter((each: { coins?: unknown }) =>
        JSON.stringify(each.coins)?.includes('"5"'),
      );
      return own.length === 1 ? undefined : `holds ${own.length} balances`;
    },
  });
});
