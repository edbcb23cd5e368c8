import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { type Home, homeWith } from '../tasks/home.ts';
import { idOf } from '../tasks/servers.ts';
import { gentxParams, homeOfSeidInit, identityParams, state, vectors, withoutKeys } from './vectors.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();
const keys = ['config/node_key.json', 'config/priv_validator_key.json'] as const;
const done = { ok: true, value: undefined } as const;

const marked = (home: Home, marker: string) => existsSync(join(home.path, `.sei-sidecar-${marker}-done`));

async function prepared(home = homeOfSeidInit()): Promise<Home> {
  await home.run('generate-identity', identityParams);
  await home.run('generate-gentx', gentxParams);
  return home;
}

test('the keys that seid init has left are the node’s; it gets its name and its marker', async t => {
  const home = homeOfSeidInit();
  t.deepEqual(await home.run('generate-identity', identityParams), done);
  t.deepEqual(keys.map(home.read), [vectors.nodeKey!, vectors.consensusKey!]);
  t.regex(home.read('config/config.toml'), /^moniker = "val-0" {10}# do not touch$/m);
  t.true(marked(home, 'identity'));
});

test('keys that are missing are made, for the owner alone, and stay when the task runs again', async t => {
  const home = homeWith(withoutKeys);
  t.deepEqual(await home.run('generate-identity', identityParams), done);
  const made = keys.map(home.read);
  for (const file of keys) t.is(statSync(join(home.path, file)).mode & 0o777, 0o600);
  t.deepEqual(await home.run('generate-identity', identityParams), done);
  t.deepEqual(keys.map(home.read), made);
  t.is(home.read('data/priv_validator_state.json'), state);
});

for (const missing of keys) {
  test(`where ${missing} alone is missing, the other stays`, async t => {
    const all = { ...withoutKeys, [keys[0]]: vectors.nodeKey!, [keys[1]]: vectors.consensusKey! };
    const home = homeWith(Object.fromEntries(Object.entries(all).filter(([file]) => file !== missing)));
    t.deepEqual(await home.run('generate-identity', identityParams), done);
    const other = missing === keys[0] ? keys[1] : keys[0];
    t.is(home.read(other), all[other]);
  });
}

for (const [what, moniker] of [
  ['71 bytes of 36 letters', `${'é'.repeat(35)}e`],
  ['half a letter of UTF-16', 'val-\ud800'],
] as const) {
  test(`a moniker of ${what} is refused: no chain begins with it, and seid reads no such file`, async t => {
    const home = homeWith(withoutKeys);
    const error = 'moniker is longer than 70 bytes, or no Unicode';
    t.deepEqual(await home.run('generate-identity', { ...identityParams, moniker }), { ok: false, error });
    t.is(home.read('config/config.toml'), withoutKeys['config/config.toml']!);
    t.false(marked(home, 'identity'));
  });
}

const chain = 'SEI_HOME carries a chain already: ';
const refusals: readonly (readonly [what: string, files: Record<string, string>, error: string])[] = [
  [
    'has signed a height',
    { 'data/priv_validator_state.json': '{"height":"7"}' },
    `${chain}data/priv_validator_state.json is not that of a chain to begin`,
  ],
  [
    'holds a database',
    { 'data/blockstore.db/CURRENT': 'x' },
    `${chain}data/blockstore.db is not that of a chain to begin`,
  ],
  [
    'has another kind of key',
    { 'config/priv_validator_key.json': '{"priv_key":{"type":"x","value":"c2VjcmV0"}}' },
    'config/priv_validator_key.json holds no Ed25519 key as Tendermint writes it',
  ],
];
for (const [what, files, error] of refusals) {
  test(`a home that ${what} gets no identity, no account and no marker`, async t => {
    const home = homeOfSeidInit(files);
    t.deepEqual(await home.run('generate-identity', identityParams), { ok: false, error });
    t.deepEqual(await home.run('generate-gentx', gentxParams), { ok: false, error });
    t.false(marked(home, 'identity') || marked(home, 'gentx'));
    t.false(existsSync(join(home.path, 'keyring-test')));
    t.is(home.read('config/genesis.json'), vectors.genesisBefore!);
  });
}

test('without the height that a key has signed there is no key: seid would not start', async t => {
  const { 'data/priv_validator_state.json': _, ...rest } = withoutKeys;
  const home = homeWith(rest);
  const refused = await home.run('generate-identity', identityParams);
  t.regex(refused.ok ? '' : refused.error, /^data\/priv_validator_state\.json is not there: seid does not/);
  for (const file of [...keys, 'data']) t.false(existsSync(join(home.path, file)));
});

test('a key whose halves are not of one pair is none, and nothing of it is told', async t => {
  const [one, other] = keys.map(file => JSON.parse(homeOfSeidInit().read(file)).priv_key.value);
  const mixed = Buffer.concat([
    Buffer.from(one, 'base64').subarray(0, 32),
    Buffer.from(other, 'base64').subarray(32),
  ]);
  const text = vectors.nodeKey!.replace(one, mixed.toString('base64'));
  const home = homeOfSeidInit({ 'config/node_key.json': text });
  const error = 'config/node_key.json holds no Ed25519 key as Tendermint writes it';
  t.deepEqual(await home.run('generate-identity', identityParams), { ok: false, error });
});

test('another chain than the sidecar’s is refused by both', async t => {
  const error = 'chainId is not sei-test-1, the chain of this sidecar';
  const home = homeOfSeidInit();
  for (const [task, params] of [
    ['generate-identity', identityParams],
    ['generate-gentx', gentxParams],
  ] as const) {
    t.deepEqual(await home.run(task, { ...params, chainId: 'else-1' }), { ok: false, error });
  }
});

test('the gentx is signed once, and the marker keeps it whatever is asked later', async t => {
  const home = await prepared();
  const gentx = `config/gentx/gentx-${vectors.nodeID}.json`;
  const [message] = JSON.parse(home.read(gentx)).body.messages;
  t.like(message, { description: { moniker: 'val-0' }, value: { denom: 'usei', amount: '1000000' } });
  t.is(statSync(join(home.path, gentx)).mode & 0o777, 0o600);
  const before = home.read(gentx);
  t.deepEqual(await home.run('generate-gentx', { ...gentxParams, stakingAmount: '5usei' }), done);
  t.is(home.read(gentx), before);
  const { app_state } = JSON.parse(home.read('config/genesis.json'));
  t.deepEqual(
    [app_state.auth.accounts, app_state.bank.balances, app_state.evm.address_associations].map(
      list => list.length,
    ),
    [1, 1, 1],
  );
});

test('once the genesis of the chain is in its place nothing is put into it', async t => {
  const home = homeOfSeidInit({ '.sei-sidecar-genesis-done': '' });
  const error = 'the genesis of the chain is in its place: it is too late';
  t.deepEqual(await home.run('generate-gentx', gentxParams), { ok: false, error });
  t.is(home.read('config/genesis.json'), vectors.genesisBefore!);
});

for (const [params, error] of [
  [{ stakingAmount: 'x' }, 'stakingAmount must be an amount and its denomination, such as 1000000usei'],
  [
    { stakingAmount: '2usei', accountBalance: '1usei' },
    'stakingAmount must be above zero and no more than accountBalance has of its denomination',
  ],
] as const) {
  test(`${JSON.stringify(params)} makes no gentx`, async t => {
    const home = homeOfSeidInit();
    t.deepEqual(await home.run('generate-gentx', { ...gentxParams, ...params }), { ok: false, error });
    t.false(existsSync(join(home.path, 'keyring-test')));
  });
}

const bucketOf = (name: string) => {
  mkdirSync(join(store().root, name));
  return { settings: { genesisBucket: { name, region: 'us-east-1' } } };
};

storeTest(
  'what the assembler asks for is uploaded under the names it looks for, and no private key',
  async t => {
    const options = bucketOf('artifacts');
    const home = await prepared();
    t.deepEqual(await home.run('upload-genesis-artifacts', { nodeName: 'val-0' }, options), done);
    const bucket = join(store().root, 'artifacts');
    const files = readdirSync(bucket, { recursive: true, withFileTypes: true }).filter(each => each.isFile());
    const uploaded = Object.fromEntries(
      files.map(({ parentPath, name }) => [
        join(parentPath, name).slice(bucket.length + 1),
        readFileSync(join(parentPath, name), 'utf8'),
      ]),
    );
    t.deepEqual(uploaded, {
      'sei-test-1/val-0/gentx.json': home.read(`config/gentx/gentx-${vectors.nodeID}.json`),
      'sei-test-1/val-0/identity.json': JSON.stringify({ node_key: { id: vectors.nodeID } }),
    });
    t.true(marked(home, 'artifact-upload'));
    store().asked.length = 0;
    t.deepEqual(await home.run('upload-genesis-artifacts', { nodeName: 'val-0' }, options), done);
    t.deepEqual(store().asked, []);
  },
);

storeTest('an upload that the store refuses leaves no marker, and says what to look at', async t => {
  const home = await prepared();
  const settings = { genesisBucket: { name: 'none-such', region: 'us-east-1' } };
  const refused = await home.run('upload-genesis-artifacts', { nodeName: 'val-0' }, { settings });
  t.regex(refused.ok ? '' : refused.error, /gentx\.json in us-east-1: the store answered NoSuchBucket/);
  t.false(marked(home, 'artifact-upload'));
});

const peersCases: readonly (readonly [what: string, peers: string, outcome: string | RegExp])[] = [
  [
    'all but the node itself',
    JSON.stringify([`${idOf(1)}@a-0.a.ns.svc.cluster.local:26656`, `${vectors.nodeID}@b:26656`]),
    `${idOf(1)}@a-0.a.ns.svc.cluster.local:26656`,
  ],
  ['none for a validator alone', JSON.stringify([`${vectors.nodeID}@b:26656`]), ''],
  ['no list', '{}', /peers\.json in bucket peers-2 is no list of NODE_ID@HOST:PORT/],
  ['what seid would not start with', '["x@y"]', /is no list of NODE_ID@HOST:PORT/],
  ['a line that is more than one', `["${idOf(1)}@a:26656\\",x="]`, /is no list of NODE_ID@HOST:PORT/],
];
for (const [at, [what, peers, outcome]] of peersCases.entries()) {
  storeTest(`of peers.json is taken: ${what}`, async t => {
    const options = bucketOf(`peers-${at}`);
    mkdirSync(join(store().root, `peers-${at}/sei-test-1`));
    writeFileSync(join(store().root, `peers-${at}/sei-test-1/peers.json`), peers);
    const home = homeOfSeidInit();
    const result = await home.run('set-genesis-peers', {}, options);
    const [, written] = /^persistent-peers = "(.*)"$/m.exec(home.read('config/config.toml')) ?? [];
    if (typeof outcome === 'string') t.deepEqual([result, written], [done, outcome]);
    else t.regex(result.ok ? '' : result.error, outcome);
  });
}

storeTest('peers.json that is not there yet is asked for again by the operator', async t => {
  const refused = await homeOfSeidInit().run('set-genesis-peers', {}, bucketOf('peers-none'));
  t.regex(
    refused.ok ? '' : refused.error,
    /sei-test-1\/peers\.json in us-east-1: the store answered NoSuchKey/,
  );
});

for (const task of ['upload-genesis-artifacts', 'set-genesis-peers']) {
  test(`${task} without a bucket says so`, async t => {
    const refused = await homeOfSeidInit().run(task, task === 'set-genesis-peers' ? {} : { nodeName: 'a' });
    t.regex(refused.ok ? '' : refused.error, /^SEI_GENESIS_BUCKET is not set: /);
  });
}
