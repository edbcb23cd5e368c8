import { createPublicKey, verify } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { SignDoc, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { parseCoin, parseCoins } from '../../../core/coins.ts';
import { accountOf, bech32Address, evmAddress } from '../../../sidecar/ceremony/account.ts';
import { withAccount } from '../../../sidecar/ceremony/genesis-account.ts';
import { gentx } from '../../../sidecar/ceremony/gentx.ts';
import { consensusKeyText, nodeKeyText, readIdentity } from '../../../sidecar/ceremony/identity.ts';
import { infoOf, validatorAccount } from '../../../sidecar/ceremony/keyring.ts';
import { homeWith } from '../tasks/home.ts';
import { homeOfSeidInit, vectors } from './vectors.ts';

const account = accountOf(Buffer.from(vectors.privateKey!, 'hex'));
const entry = 'keyring-test/validator.info';
const index = `keyring-test/${Buffer.from(account.address).toString('hex')}.address`;
const at = new Date('2026-11-21T12:00:00Z');

function keyIn(text: string): Buffer {
  return Buffer.from(JSON.parse(text).priv_key.value, 'base64');
}

/** Of the text, so that a failure shows what differs. */
function balanceOf(text: string) {
  const coins = parseCoins(text);
  if (!coins.ok) throw new Error(coins.error);
  return coins.value;
}

function ourGentx(chainID = vectors.chainID!): string {
  const stake = parseCoin(vectors.stakingAmount!);
  if (!stake.ok) throw new Error(stake.error);
  const { moniker = '', memo = '' } = vectors;
  const consensusKey = keyIn(vectors.consensusKey!).subarray(32);
  return gentx({ chainID, moniker, memo, stake: stake.value, consensusKey, account });
}

test('node_key.json and priv_validator_key.json are written as Tendermint writes them, byte for byte', t => {
  t.is(nodeKeyText(keyIn(vectors.nodeKey!)), vectors.nodeKey!);
  t.is(consensusKeyText(keyIn(vectors.consensusKey!)), vectors.consensusKey!);
});

test('of a home’s keys the id and the public key are those that Go reads', async t => {
  const identity = await readIdentity(homeOfSeidInit().path);
  t.true(identity.ok && identity.value.nodeID === vectors.nodeID);
  const { pub_key } = JSON.parse(vectors.consensusKey!);
  t.is(identity.ok ? Buffer.from(identity.value.consensusKey).toString('base64') : '', pub_key.value);
});

test('a key has the addresses that the SDK and go-ethereum give it', t => {
  t.is(bech32Address('sei', account.address), vectors.address!);
  t.is(bech32Address('seivaloper', account.address), vectors.validatorAddress!);
  t.is(evmAddress(account), vectors.evmAddress!);
});

test('a key is kept in the SDK’s own Amino', t => {
  t.is(infoOf(account).toString('base64'), vectors.info!);
});

test('a keyring that Go made is read, its entry left as it is and its index made again', async t => {
  const home = homeWith({ [entry]: vectors.entry! });
  const read = await validatorAccount(home.path, at);
  t.is(read.ok ? Buffer.from(read.value.privateKey).toString('hex') : '', vectors.privateKey!);
  t.is(home.read(entry), vectors.entry!);
  t.regex(home.read(index), /^eyJ/);
});

test('a keyring of ours has the header, the names and the modes of one that Go made', async t => {
  const home = homeWith();
  const made = await validatorAccount(home.path, at);
  const header = (token: string) => {
    const { created, p2s, ...rest } = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString());
    return { ...rest, created: typeof created, salt: Buffer.from(p2s, 'base64url').length >= 8 };
  };
  t.deepEqual(header(home.read(entry)), header(vectors.entry!));
  const directory = join(home.path, 'keyring-test');
  const address = made.ok ? Buffer.from(made.value.address).toString('hex') : '';
  t.deepEqual(readdirSync(directory).toSorted(), [`${address}.address`, 'validator.info'].toSorted());
  for (const name of readdirSync(directory)) t.is(statSync(join(directory, name)).mode & 0o777, 0o600);
  t.is(statSync(directory).mode & 0o777, 0o700);
});

for (const [what, content] of [
  ['no JWE', 'x'],
  ['sealed under another word', vectors.entry!.replace(/.$/, end => (end === 'A' ? 'B' : 'A'))],
] as const) {
  test(`an entry that is ${what} is refused, and none is made over it`, async t => {
    const home = homeWith({ [entry]: content });
    const error = `${entry} holds no key of seid's keyring "test"`;
    t.deepEqual(await validatorAccount(home.path, at), { ok: false, error });
    t.is(home.read(entry), content);
  });
}

test('the gentx is that of seid gentx, signature included, byte for byte', t => {
  t.is(ourGentx(), vectors.gentx!);
});

test('the signature verifies by OpenSSL over what Go encoded, and for no other chain', t => {
  const { bodyBytes, authInfoBytes } = TxRaw.decode(Buffer.from(vectors.tx!, 'hex'));
  const signature = Buffer.from(JSON.parse(ourGentx()).signatures[0], 'base64');
  const point = Buffer.from(account.publicKey);
  const spki = Buffer.concat([Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex'), point]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const verifies = (chainId: string) => {
    const document = SignDoc.encode({ bodyBytes, authInfoBytes, chainId, accountNumber: 0n }).finish();
    return verify('sha256', document, { key, dsaEncoding: 'ieee-p1363' }, signature);
  };
  t.true(verifies(vectors.chainID!));
  t.false(verifies('sei-test-2'));
  t.not(ourGentx('sei-test-2'), vectors.gentx!);
});

const ourGenesis = (text: string) => {
  const made = withAccount(text, account, balanceOf(vectors.accountBalance!));
  if (!made.ok) throw new Error(made.error);
  return made.value;
};

test('account, balance and address in the EVM stand in the genesis as the SDK puts them there', t => {
  const { app_state: ours } = JSON.parse(ourGenesis(vectors.genesisBefore!));
  const { app_state: go } = JSON.parse(vectors.genesisAfter!);
  t.deepEqual(ours, go);
});

test('put in again, nothing changes; another balance takes the place of the first', t => {
  const once = ourGenesis(vectors.genesisBefore!);
  t.is(ourGenesis(once), once);
  const other = withAccount(once, account, balanceOf('7usei'));
  const { balances } = JSON.parse(other.ok ? other.value : '{}').app_state.bank;
  t.deepEqual(balances, [{ address: vectors.address, coins: [{ denom: 'usei', amount: '7' }] }]);
});

test('balances of others stay, in the order of their addresses; numbers beyond 2^53 stay as they are', t => {
  const genesis = JSON.parse(vectors.genesisBefore!);
  const [low, high] = [new Uint8Array(20), new Uint8Array(20).fill(255)].map(bytes =>
    bech32Address('sei', bytes),
  );
  genesis.app_state.bank.balances = [high, low].map(address => ({ address, coins: [] }));
  const text = JSON.stringify(genesis).replace('"exported"', '"big":9007199254740993,"exported"');
  const made = ourGenesis(text);
  const { balances } = JSON.parse(made).app_state.bank;
  t.deepEqual(
    balances.map(({ address }: { address: string }) => address),
    [low, vectors.address, high],
  );
  t.regex(made, /"big": 9007199254740993,/);
});

test('a chain without an EVM gets none, and a genesis without modules is refused', t => {
  const genesis = JSON.parse(vectors.genesisBefore!);
  delete genesis.app_state.evm;
  t.false('evm' in JSON.parse(ourGenesis(JSON.stringify(genesis))).app_state);
  for (const text of ['{}', '{"app_state":{}}', 'x', '{"app_state":{"auth":{}}}']) {
    t.deepEqual(withAccount(text, account, []), {
      ok: false,
      error: 'has no app_state with auth and bank; seid init makes it',
    });
  }
});
