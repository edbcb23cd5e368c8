import test from 'ava';
import { initPlan } from '../../../core/plan/build.ts';
import { resolvedPeers } from '../../../core/plan/peers.ts';
import { taskRequest } from '../../../core/plan/request.ts';
import type { PlannedTask, SeiNode, SeiNodeStatus } from '../../../core/seinode.ts';
import { fullNode, node, planID } from './nodes.ts';

const keeping = { snapshotGeneration: { tendermint: { keepRecent: 5 } } };
const label = { label: { selector: { chain: 'a' } } };
const ec2Tags = { ec2Tags: { region: 'eu-central-1', tags: { Component: 'state-syncer' } } };
const addresses = { static: { addresses: ['id@a:26656', 'id@b:26656'] } };

function taskOf(subject: SeiNode, type: string): PlannedTask {
  return initPlan(subject, planID).tasks.find(task => task.type === type)!;
}

const takes = test.macro(
  (t, type: string, spec: Partial<SeiNode['spec']>, params: unknown, status?: SeiNodeStatus) => {
    const subject = node(spec, status);
    const task = taskOf(subject, type);
    t.deepEqual(task.params, params as PlannedTask['params']);
    const sent = params === undefined ? {} : { params };
    t.deepEqual(taskRequest(task, subject), { ok: true, value: { id: task.id, type, ...sent } } as never);
  },
);

const s3 = { s3: { targetHeight: 7 } };
const info = { 'logging.level': 'info' };
const applied = { incremental: false, targetVersion: 0 };

test(
  'snapshot-restore takes the height',
  takes,
  'snapshot-restore',
  { fullNode: { snapshot: s3 } },
  { targetHeight: 7 },
);
test('configure-genesis takes nothing', takes, 'configure-genesis', fullNode, undefined);
test('config-validate takes nothing', takes, 'config-validate', fullNode, undefined);
test('mark-ready takes nothing', takes, 'mark-ready', fullNode, undefined);
test(
  'snapshot-upload takes nothing',
  takes,
  'snapshot-upload',
  { archive: { snapshotGeneration: { tendermint: { keepRecent: 2, publish: {} } } } },
  undefined,
);
test('result-export takes the store of the platform, a prefix of the chain, and the RPC that spec names', t => {
  const replayer = {
    snapshot: s3,
    resultExport: { shadowResult: { canonicalRpc: 'http://rpc.example.com:26657' } },
  };
  const subject = node({ replayer, peers: [addresses] });
  const results = { bucket: 'b', region: 'eu-central-1', prefix: 'shadow-results/' };
  const task = initPlan(subject, planID, { results }).tasks.find(({ type }) => type === 'result-export')!;
  t.deepEqual(task.params, {
    bucket: 'b',
    region: 'eu-central-1',
    prefix: `shadow-results/${subject.spec.chainId}/`,
    canonicalRpc: 'http://rpc.example.com:26657',
  });
});
test(
  'state sync from peers takes nothing but what spec says',
  takes,
  'configure-state-sync',
  { fullNode: { snapshot: { stateSync: {} } } },
  undefined,
);
test(
  'state sync after a restore uses the local snapshot, with trust and backfill as spec says',
  takes,
  'configure-state-sync',
  { validator: { snapshot: { ...s3, trustPeriod: '9999h0m0s', backfillBlocks: 3 } } },
  { useLocalSnapshot: true, trustPeriod: '9999h0m0s', backfillBlocks: 3 },
);
test(
  'peers are discovered in the order of spec; labels stand for what status resolved',
  takes,
  'discover-peers',
  { ...fullNode, peers: [ec2Tags, label, addresses] },
  {
    sources: [
      { type: 'ec2Tags', region: 'eu-central-1', tags: { Component: 'state-syncer' } },
      { type: 'dnsEndpoints', endpoints: ['p-0.p.arctic.svc.cluster.local'] },
      { type: 'static', addresses: ['id@a:26656', 'id@b:26656'] },
    ],
  },
  { resolvedPeers: ['p-0.p.arctic.svc.cluster.local'] },
);
test(
  'a full node is configured as full, and logs at info whatever spec says',
  takes,
  'config-apply',
  { ...fullNode, overrides: { 'logging.level': 'debug', 'mempool.size': '0' } },
  { mode: 'full', ...applied, overrides: { 'mempool.size': '0', ...info } },
);
test(
  'a node with an external address announces it, unless spec overrides it',
  takes,
  'config-apply',
  fullNode,
  { mode: 'full', ...applied, overrides: { 'network.p2p.external_address': 'lb:26656', ...info } },
  { externalAddress: 'lb:26656' },
);
test(
  'an override of spec wins over what the operator would set',
  takes,
  'config-apply',
  { archive: keeping, overrides: { 'storage.snapshot_interval': '9' } },
  {
    mode: 'archive',
    ...applied,
    overrides: { 'storage.snapshot_interval': '9', 'storage.snapshot_keep_recent': '5', ...info },
  },
);
test(
  'a full node that makes snapshots prunes and serves peers accordingly',
  takes,
  'config-apply',
  { fullNode: keeping },
  {
    mode: 'full',
    ...applied,
    overrides: {
      'storage.snapshot_interval': '2000',
      'storage.snapshot_keep_recent': '5',
      'storage.pruning_keep_recent': '50000',
      'storage.pruning_keep_every': '0',
      'chain.min_retain_blocks': '50000',
      'network.p2p.max_connections': '500',
      'network.p2p.send_rate': '20971520',
      'network.p2p.recv_rate': '20971520',
      ...info,
    },
  },
);
test(
  'a replayer is a full node that commits its state often',
  takes,
  'config-apply',
  { replayer: { snapshot: s3 }, peers: [addresses] },
  {
    mode: 'full',
    ...applied,
    overrides: {
      'storage.state_commit.async_commit_buffer': '100',
      'storage.state_commit.memiavl.snapshot_keep_recent': '2',
      'storage.state_commit.memiavl.snapshot_min_time_interval': '3600',
      ...info,
    },
  },
);
test(
  'a validator is configured as one',
  takes,
  'config-apply',
  { validator: {} },
  { mode: 'validator', ...applied, overrides: info },
);

test('the keyring is checked under the name it has where spec does not say', t => {
  const passphraseSecretRef = { secretName: 'pass', key: 'word' };
  const validator = { operatorKeyring: { secret: { secretName: 'ring', passphraseSecretRef } } };
  t.deepEqual(taskOf(node({ validator }), 'validate-operator-keyring').params, {
    secretName: 'ring',
    keyName: 'node_admin',
    passphraseSecretName: 'pass',
    passphraseSecretKey: 'word',
    namespace: 'arctic',
  });
});

test('tasks on the API name the node; apply-statefulset keeps the image as well', t => {
  t.deepEqual(taskOf(node(fullNode), 'ensure-data-pvc').params, { nodeName: 'n0', namespace: 'arctic' });
  t.deepEqual(taskOf(node(fullNode), 'apply-statefulset').params, {
    nodeName: 'n0',
    namespace: 'arctic',
    image: 'seid:v1',
  });
});

test('peers that appear after the plan was made are sent with the task', t => {
  const task = taskOf(node({ ...fullNode, peers: [label] }), 'discover-peers');
  t.false(taskRequest(task, node({ ...fullNode, peers: [label] })).ok);
  const later = node({ ...fullNode, peers: [label] }, { resolvedPeers: ['p-0.p.arctic.svc.cluster.local'] });
  t.deepEqual(taskRequest(task, later), {
    ok: true,
    value: {
      id: task.id,
      type: 'discover-peers',
      params: { sources: [{ type: 'dnsEndpoints', endpoints: ['p-0.p.arctic.svc.cluster.local'] }] },
    },
  });
});

const understood = test.macro((t, type: string, stored: Record<string, unknown>, sent: unknown) => {
  const task = { id: 'i', type, status: 'Pending', params: stored } as const;
  t.deepEqual(taskRequest(task, node(fullNode)), {
    ok: true,
    value: { id: 'i', type, ...(sent ? { params: sent } : {}) },
  } as never);
});

test(
  'a height stored by the reference',
  understood,
  'snapshot-restore',
  { TargetHeight: 7 },
  { targetHeight: 7 },
);
test('no parameters, as stored by the reference', understood, 'mark-ready', {}, undefined);
test(
  'zero values stored by the reference are not sent',
  understood,
  'configure-state-sync',
  { UseLocalSnapshot: false, TrustPeriod: '', BackfillBlocks: 0 },
  undefined,
);

test('labels resolve to the pods of other nodes in the namespace they say, sorted, each once', t => {
  const subject = node({
    ...fullNode,
    peers: [label, label, addresses, { label: { selector: { chain: 'a' }, namespace: 'pacific' } }],
  });
  const labels = { chain: 'a' };
  const nodes = [
    subject,
    node(fullNode, undefined, { name: 'z', labels }),
    node(fullNode, undefined, { name: 'a', labels: { chain: 'a', more: 'x' } }),
    node(fullNode, undefined, { name: 'b', labels: { chain: 'b' } }),
    node(fullNode, undefined, { name: 'n0', labels, namespace: 'pacific' }),
    node(fullNode, undefined, { name: 'c', labels, namespace: 'atlantic' }),
    { ...subject, metadata: { ...subject.metadata, labels } },
  ];
  t.deepEqual(resolvedPeers(subject, nodes), [
    'a-0.a.arctic.svc.cluster.local',
    'n0-0.n0.pacific.svc.cluster.local',
    'z-0.z.arctic.svc.cluster.local',
  ]);
});
