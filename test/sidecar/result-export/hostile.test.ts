import type { ServerResponse } from 'node:http';
import test from 'ava';
import { objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { place } from '../snapshots/place.ts';
import { type Chain, chainID, serveChain } from './chain.ts';
import { exporting, objects } from './place.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();

const says = (text: string) => (_: string, response: ServerResponse) => {
  response.end(text);
  return true;
};
const block = (header: object) => says(JSON.stringify({ block: { header } }));
const good = { chain_id: chainID, height: '1', app_hash: 'AB', last_results_hash: '' };

const lies: readonly (readonly [what: string, canonical: Partial<Chain>, told: RegExp])[] = [
  ['is of another chain', { chainID: 'pacific-1' }, /tells a block of chain "pacific-1", not of atlantic-2/],
  ['tells another height', { instead: block({ ...good, height: '2' }) }, /tells block "2" where 1 was asked/],
  ['tells a hash that is none', { appHash: () => '<script>' }, /tells no app_hash and last_results_hash/],
  ['tells a hash that is a list', { appHash: () => [1] }, /tells no app_hash and last_results_hash/],
  ['answers with no JSON', { instead: says('<html>') }, /answers with no JSON object/],
  ['answers with a list', { instead: says('[]') }, /answers with no JSON object/],
  ['answers with nothing', { instead: says('') }, /answers with no JSON object/],
  ['has no block in its answer', { instead: says('{"block":null}') }, /tells a block of chain nothing/],
  [
    'sends on to another place',
    {
      instead: (_, response) => {
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
        return true;
      },
    },
    /sends on to another place once too often/,
  ],
  [
    'floods with bytes',
    { instead: says(`{"a":"${'x'.repeat(33 * 1024 * 1024)}"}`) },
    /is longer than 33554432 bytes/,
  ],
  ['nests without end', { instead: says('['.repeat(1024 * 1024)) }, /too deep or has too many values/],
  [
    'has millions of values',
    { instead: says(`[${'{},'.repeat(3_000_000)}1]`) },
    /too deep or has too many values/,
  ],
];
for (const [what, canonical, told] of lies) {
  storeTest(`a canonical RPC that ${what} is asked again, and nothing is taken for a difference`, async t => {
    const here = place(store());
    const [shadow, other] = [await serveChain(t), await serveChain(t, canonical)];
    const params = { rpcEndpoint: shadow.url, canonicalRpc: other.url };
    t.false((await exporting(here, params)).ok);
    t.regex(here.lines.at(-1)!.msg, told);
    t.true(here.lines.at(-1)!.msg.length < 300);
    t.deepEqual(objects(store(), here), []);
  });
}

const receipts: readonly (readonly [what: string, receipts: unknown])[] = [
  ['no list', {}],
  ['a list of numbers', [1]],
  ['a receipt with a code that is text', [{ code: '0' }]],
  ['a receipt whose log is a number', [{ log: 1 }]],
  ['a receipt whose gas is a word', [{ gas_used: 'much' }]],
];
for (const [what, told] of receipts) {
  storeTest(`results that are ${what} count as none`, async t => {
    const here = place(store());
    const shadow = await serveChain(t, { appHash: () => 'FF' });
    const canonical = await serveChain(t, { receipts: () => told });
    const params = { rpcEndpoint: shadow.url, canonicalRpc: canonical.url };
    t.false((await exporting(here, params)).ok);
    t.regex(here.lines.at(-1)!.msg, /tells results of block 1 that are no list of receipts/);
  });
}

storeTest('a canonical RPC that hangs does not keep a deleted task', async t => {
  const here = place(store());
  const shadow = await serveChain(t);
  const canonical = await serveChain(t, {
    instead: () => {
      here.stop.abort();
      return true;
    },
  });
  const begun = performance.now();
  t.false((await exporting(here, { rpcEndpoint: shadow.url, canonicalRpc: canonical.url })).ok);
  // Who is not deleted waits for half a minute.
  t.true(performance.now() - begun < 25_000);
});

const faults: readonly (readonly [what: string, told: RegExp, instead: Chain['instead']])[] = [
  [
    'does not answer',
    /the canonical RPC cannot be read/,
    (_, response) => {
      response.destroy();
      return true;
    },
  ],
  [
    'answers with an error',
    /the canonical RPC answers \/block\?height=1 with an error/,
    says('{"jsonrpc":"2.0","error":{}}'),
  ],
];
for (const [what, told, instead] of faults) {
  storeTest(`where a canonical RPC ${what} its address is not told, which may hold a key`, async t => {
    const here = place(store());
    const [shadow, canonical] = [await serveChain(t), await serveChain(t, { instead })];
    const canonicalRpc = `${canonical.url}/v1/sekret`;
    const outcome = await exporting(here, { rpcEndpoint: shadow.url, canonicalRpc });
    t.is(canonical.asked[0], '/v1/sekret/block?height=1');
    t.notRegex(JSON.stringify([outcome, here.lines]), /sekret/);
    t.regex(here.lines.at(-1)!.msg, told);
  });
}

for (const [canonicalRpc, told] of [
  ['rpc.example.com:26657', 'canonicalRpc is no URL of http or https'],
  ['file:///etc/passwd', 'canonicalRpc is no URL of http or https'],
  ['http://u:p@rpc.example.com', 'canonicalRpc holds a user or password'],
  ['http://rpc.example.com/?key=x', 'canonicalRpc has a query or fragment; give the address alone'],
] as const) {
  storeTest(`${canonicalRpc} is refused`, async t => {
    t.deepEqual(await exporting(place(store()), { canonicalRpc }), { ok: false, error: told });
  });
}

storeTest('a task of the published sidecar that compares the state of the EVM fails by its name', async t => {
  const outcome = await exporting(place(store()), { canonicalEvmRpc: 'http://a:1' } as object);
  t.deepEqual(outcome, {
    ok: false,
    error: 'canonicalEvmRpc is not served: the state of the EVM is not compared',
  });
});
