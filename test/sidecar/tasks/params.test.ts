import test from 'ava';
import { initPlan } from '../../../core/plan/build.ts';
import { taskRequest } from '../../../core/plan/request.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { requestReader } from '../../../sidecar/engine/request.ts';
import { taskKinds } from '../../../sidecar/tasks/tasks.ts';
import { node, planID } from '../../core/plan/nodes.ts';
import { idOf } from './servers.ts';

const read = requestReader(taskKinds);
const results = { bucket: 'b', region: 'eu-central-1', prefix: 'shadow-results/' };
const snapshot = { s3: { targetHeight: 0 }, trustPeriod: '168h', backfillBlocks: 4 };

for (const [mode, spec] of Object.entries({
  fullNode: { fullNode: { snapshot, snapshotGeneration: { tendermint: { keepRecent: 3 } } } },
  archive: { archive: { snapshotGeneration: { tendermint: { keepRecent: 3 } } } },
  replayer: { replayer: { snapshot, resultExport: { shadowResult: { canonicalRpc: 'http://rpc:26657' } } } },
  validator: { validator: { snapshot: { stateSync: {} } } },
})) {
  test(`what the operator sends for a ${mode} is taken`, t => {
    const peers = [{ static: { addresses: [`${idOf(1)}@h:26656`] } }, { label: { selector: { a: 'b' } } }];
    const status = {
      resolvedPeers: ['n1-0.n1.arctic.svc.cluster.local'],
      externalAddress: 'p2p.example.com:26656',
    };
    const it: SeiNode = node(
      { ...spec, peers, overrides: { 'evm.http_port': '9545' } },
      status as SeiNode['status'],
    );
    const requests = initPlan(it, planID, { results: mode === 'replayer' ? results : undefined })
      .tasks.filter(({ type }) => Object.hasOwn(taskKinds, type))
      .map(task => taskRequest(task, it));
    t.true(requests.length >= 4);
    for (const request of requests) t.like(read(request.ok && request.value), { ok: true });
  });
}

// As the published client builds them (seictl v0.0.47 and v0.0.70).
for (const request of [
  { type: 'configure-genesis' },
  { type: 'configure-genesis', params: { expectedGenesisHash: 'ab'.repeat(32) } },
  { type: 'config-apply', params: { mode: 'seed', incremental: false, targetVersion: 0 } },
  {
    type: 'config-apply',
    params: { mode: '', incremental: true, targetVersion: 2, overrides: { 'evm.slow': 'true' } },
  },
  { type: 'config-validate' },
  {
    type: 'discover-peers',
    params: { sources: [{ type: 'ec2Tags', region: 'eu-1', tags: { Chain: 'x' } }] },
  },
  {
    type: 'discover-peers',
    params: {
      sources: [
        { type: 'static', addresses: ['x'] },
        { type: 'dnsEndpoints', endpoints: ['x'] },
      ],
    },
  },
  { type: 'configure-state-sync' },
  {
    type: 'configure-state-sync',
    params: { useLocalSnapshot: true, trustPeriod: '168h', backfillBlocks: 5, rpcServers: ['a:443'] },
  },
  { type: 'result-export', params: { bucket: 'b', region: 'r' } },
  {
    type: 'result-export',
    params: {
      ...results,
      canonicalRpc: 'http://rpc:26657',
      migrationMode: true,
      continueOnDivergence: true,
    },
  },
  { type: 'mark-ready' },
]) {
  test(`${JSON.stringify(request)} is taken`, t => t.like(read(request), { ok: true }));
}

for (const type of Object.keys(taskKinds)) {
  test(`${type} refuses what it does not know by its name`, t => {
    const result = read({ type, params: { stranger: 1, sources: [{ type: 'static' }] } });
    t.regex(result.ok ? '' : result.error, /params\.stranger is not known/);
  });
}

test('result-export without a bucket, or with what means something in a comparison alone, is refused', t => {
  const told = (params: object) => {
    const result = read({ type: 'result-export', params });
    return result.ok ? '' : result.error;
  };
  t.regex(told({ region: 'r' }), /must have required property 'bucket'/);
  t.regex(told({ bucket: '', region: 'r' }), /params\.bucket ""/);
  t.regex(told({ bucket: 'b', region: 'r', migrationMode: true }), /canonicalRpc/);
  t.regex(told({ bucket: 'b', region: 'r', traceRpc: 'http://a' }), /params\.traceRpc is not known/);
});

test('of a word that is not known the known ones are told', t => {
  const error = 'params.mode "nope" must be one of "validator", "full", "seed", "archive", ""';
  t.deepEqual(read({ type: 'config-apply', params: { mode: 'nope' } }), { ok: false, error });
});

test('every parameter says what it is', t => {
  for (const { params } of Object.values(taskKinds)) {
    const { properties = {} } = params as { properties?: Record<string, { description?: string }> };
    for (const [name, { description = '' }] of Object.entries(properties))
      t.regex(description, /^.{5,}\.$/, name);
  }
});
