import test from 'ava';
import { parseJSON } from '../../core/json.ts';
import { settingsOf } from '../../sidecar/config/intent.ts';
import { requestReader } from '../../sidecar/engine/request.ts';
import { bodyLimit } from '../../sidecar/listeners/listener.ts';
import { exportOf } from '../../sidecar/result-export/params.ts';
import { taskKinds } from '../../sidecar/tasks/tasks.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateText, mutateValue } from './fuzz/mutate.ts';

const read = requestReader(taskKinds);
const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const overrides = {
  'evm.http_port': '9545',
  'network.rpc.timeout_read': '10s',
  'network.p2p.persistent_peers': 'a@b:1,c@d:2',
  'chain.chain_id': 'arctic-1',
  'storage.pruning': 'nothing',
};
const corpus = [
  { type: 'mark-ready' },
  { id, type: 'config-apply', params: { mode: 'full', overrides, targetVersion: 2, incremental: false } },
  { type: 'config-apply', params: { incremental: true, overrides: { 'network.rpc.timeout_read': '1m30s' } } },
  { type: 'configure-genesis', params: { expectedGenesisHash: 'ab'.repeat(32) } },
  { type: 'configure-state-sync', params: { trustPeriod: '168h', backfillBlocks: 5, rpcServers: ['a:443'] } },
  {
    type: 'discover-peers',
    params: {
      sources: [
        { type: 'ec2Tags', region: 'eu-1', tags: { Chain: 'x' } },
        { type: 'static', addresses: ['x'] },
        { type: 'dnsEndpoints', endpoints: ['x'] },
      ],
    },
  },
  {
    type: 'result-export',
    params: { bucket: 'b', region: 'r', canonicalRpc: 'http://rpc:26657', prefix: 'p/' },
  },
  { type: 'snapshot-restore', params: { targetHeight: 5 } },
  { type: 'upload-genesis-artifacts', params: { bucket: 'b', region: 'r' } },
  ...Object.keys(taskKinds).map(type => ({ type, params: {} })),
];
const machine = { hostname: 'h', cores: 4 };

/** What the tasks make of parameters that were taken, before they reach for anything. */
const readers: Readonly<
  Record<string, (params: never) => { readonly ok: boolean; readonly error?: string }>
> = {
  'config-apply': params => settingsOf(params, machine, 'arctic-1', false),
  'result-export': params => exportOf(params),
};

test('a task with anything done to it is taken or refused in a sentence', async t => {
  await fuzz(t, {
    who: 'sidecar',
    fault: 'the body of a task that was made to hurt',
    count: 20_000,
    whole: 50_000,
    holds: random => {
      const text = JSON.stringify(mutateValue(random, random.pick(corpus))) ?? '';
      const body = random.below(4) === 0 ? mutateText(random, text) : text;
      if (Buffer.byteLength(body) > bodyLimit) return undefined;
      const request = read(parseJSON(body));
      if (!request.ok) return noSentence(request.error);
      const { type, params = {} } = request.value;
      const result = Object.hasOwn(readers, type) ? readers[type]?.(params as never) : undefined;
      return result === undefined || result.ok ? undefined : noSentence(result.error ?? '', Infinity);
    },
  });
});
