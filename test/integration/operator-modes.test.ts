import { secrets, seiNodes } from '../../cluster/resource.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { validator } from '../core/resources/nodes.ts';
import type { Task } from '../sidecars/tasks.ts';
import { type Place, tasksOf } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

const s3 = { snapshot: { s3: { targetHeight: 200_940_000 } } };
const peers = [{ static: { addresses: ['p1@a.example:26656'] } }];
const canonicalRpc = 'http://rpc.example.com:26657';
const exporting = {
  fullNode: undefined,
  replayer: { ...s3, resultExport: { shadowResult: { canonicalRpc } } },
  peers,
};
const modes: readonly (readonly [string, object, readonly string[]])[] = [
  ['full node', {}, []],
  ['archive', { fullNode: undefined, archive: {} }, []],
  [
    'replayer from a snapshot',
    { fullNode: undefined, replayer: s3, peers },
    ['snapshot-restore', 'discover-peers', 'configure-state-sync'],
  ],
  [
    'replayer that exports results',
    exporting,
    ['snapshot-restore', 'discover-peers', 'configure-state-sync', 'result-export'],
  ],
  ['validator without keys', { fullNode: undefined, validator: {} }, []],
];
for (const [index, [mode, spec, more]] of modes.entries()) {
  test(`a ${mode} comes to run`, async t => {
    const place = await inNamespace(`mode-${index}`);
    await place.node(spec);
    const types = tasksOf(await place.runs());
    t.deepEqual(
      types.filter(type => /snapshot|peers|sync|validate-|export/.test(type)),
      [...more],
    );
    t.deepEqual(
      sent(place).map(({ type }) => type),
      types.filter(type => !/^ensure-|^apply-/.test(type)),
    );
  });
}

const conditions = ['SigningKeyReady', 'NodeKeyReady', 'OperatorKeyringReady'] as const;

test('a validator waits for each of its keys, says so, and runs once they are there', async t => {
  const place = await inNamespace('keys');
  await place.node(validator);
  await place.says('SigningKeyReady', 'False SigningKeyNotReady', /Secret consensus does not exist/);
  await place.says('Progressing', 'True TaskWaiting', /validate-signing-key waits/);
  await place.secret('consensus', signingKey);
  await place.says('NodeKeyReady', 'False NodeKeyNotReady', /Secret p2p does not exist/);
  await place.secret('p2p', nodeKey);
  await place.says('OperatorKeyringReady', 'False OperatorKeyringNotReady', /Secret keyring does not exist/);
  await place.secret('keyring', keyring);
  await place.says(
    'OperatorKeyringReady',
    'False OperatorKeyringNotReady',
    /Secret passphrase does not exist/,
  );
  await place.secret('passphrase', { word: 'abracadabra' });
  const node = await place.runs();
  t.deepEqual(
    conditions.map(type => conditionOf(node.status, type)?.reason),
    ['SigningKeyValidated', 'NodeKeyValidated', 'OperatorKeyringValidated'],
  );
  t.deepEqual(tasksOf(node).slice(0, 5), [
    ...['ensure-data-pvc', 'validate-signing-key', 'validate-node-key', 'validate-operator-keyring'],
    'apply-statefulset',
  ]);
  t.false(/c2VjcmV0|abracadabra/.test(JSON.stringify(node.status)));
});

test('a validator with a key that is none fails, and runs once its Secret is mended', async t => {
  const place = await inNamespace('bad-key');
  await place.secret('consensus', { 'priv_validator_key.json': '{"address":"A"}' });
  await place.secret('p2p', nodeKey);
  const { operatorKeyring: _, ...keys } = validator.validator;
  await place.node({ fullNode: undefined, validator: keys });
  await place.says('SigningKeyReady', 'False SigningKeyInvalid', /lacks pub_key, priv_key/);
  await place.says('Progressing', 'False PlanFailed', /as soon as that is mended, or spec changed/);
  t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Failed');
  t.is(place.podOf(), undefined);
  await place.patch(secrets, 'consensus', { stringData: signingKey });
  const node = await place.runs();
  t.is(node.metadata.generation, 1);
  t.is(conditionOf(node.status, 'SigningKeyReady')?.reason, 'SigningKeyValidated');
});

const ceremony = { accountBalance: '1usei', chainId: 'arctic-1', index: 0, stakingAmount: '1usei' };
const unserved: readonly (readonly [string, object, string, RegExp, object])[] = [
  [
    'a genesis ceremony of another chain',
    { fullNode: undefined, validator: { genesisCeremony: { ...ceremony, chainId: 'else-1' } } },
    'False FieldInvalid',
    /^spec\.validator\.genesisCeremony\.chainId must be spec\.chainId, arctic-1$/,
    { validator: { genesisCeremony: ceremony } },
  ],
  [
    'an export of results that says nothing',
    { ...exporting, replayer: { ...s3, resultExport: {} } },
    'False FieldInvalid',
    /^spec\.replayer\.resultExport says nothing; set shadowResult, or leave it out/,
    { replayer: { resultExport: { shadowResult: { canonicalRpc } } } },
  ],
  [
    'a port that the sidecar has already',
    { sidecar: { port: 9100 } },
    'False FieldInvalid',
    /^spec\.sidecar\.port is 9100, where the sidecar's public listener answers$/,
    { sidecar: { port: null } },
  ],
];
for (const [index, [what, spec, wanted, words, mended]] of unserved.entries()) {
  test(`a node with ${what} is told so and not begun; without it, it runs`, async t => {
    const place = await inNamespace(`unserved-${index}`);
    await place.node(spec);
    await place.says('SpecServed', wanted, words);
    await place.says('Progressing', 'False SpecNotServed');
    const { status } = place.found<SeiNode>(seiNodes, 'n0')!;
    t.is(status?.phase, 'Pending');
    t.is(status?.plan, undefined);
    await place.patch(seiNodes, 'n0', { spec: mended });
    const node = await place.runs();
    t.is(conditionOf(node.status, 'SpecServed'), undefined);
  });
}

test('a replayer that exports results is told where to, and what to compare with; with a new image, no more', async t => {
  const place = await inNamespace('exports');
  await place.node(exporting);
  await place.runs();
  const params = () =>
    sent(place)
      .filter(({ type }) => type === 'result-export')
      .map(task => task.params);
  const prefix = 'shadow-results/arctic-1/';
  t.deepEqual(params(), [{ bucket: 'results', region: 'us-east-2', prefix, canonicalRpc }]);
  await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v7' } });
  await place.becomes('runs the new image', ({ status }) => status?.currentImage === 'sei:v7');
  await place.runs();
  // The stand-in of a new pod's sidecar remembers nothing; a real one has the task on its volume.
  t.deepEqual(params(), []);
});

test('a node is sent the addresses of the others that its label selects', async t => {
  const place = await inNamespace('peers');
  await place.node({}, 'n1', { fleet: 'arctic' });
  await place.node({}, 'n2', { fleet: 'arctic' });
  await place.node({}, 'n3', { fleet: 'other' });
  await place.node({ peers: [{ label: { selector: { fleet: 'arctic' } } }, ...peers] }, 'n0', {
    fleet: 'arctic',
  });
  const { status } = await place.runs();
  const endpoints = ['n1', 'n2'].map(name => place.namesOf(name)[1]!);
  t.deepEqual(status?.resolvedPeers, endpoints);
  t.deepEqual(sent(place).find(({ type }) => type === 'discover-peers')?.params, {
    sources: [
      { type: 'dnsEndpoints', endpoints },
      { type: 'static', addresses: peers[0]!.static.addresses },
    ],
  });
});

test('a node whose label selects nobody yet waits, and runs once there is somebody', async t => {
  const place = await inNamespace('alone');
  const label = { selector: { fleet: 'arctic' } };
  await place.node({ peers: [{ label }] }, 'n0', { fleet: 'arctic' });
  await place.says('Progressing', 'True TaskWaiting', /no SeiNode matches the labels in spec\.peers yet/);
  await place.node({}, 'n1', { fleet: 'arctic' });
  const { status } = await place.runs();
  t.deepEqual(status?.resolvedPeers, [place.namesOf('n1')[1]]);
});

/** What node n0's sidecar was sent. */
function sent(place: Place): readonly Task[] {
  return bed().sidecars.tasksOf(place.key('n0'));
}

const half = { type: 'tendermint/PrivKeyEd25519', value: 'c2VjcmV0' };
const signingKey = {
  'priv_validator_key.json': JSON.stringify({ address: 'A1', pub_key: half, priv_key: half }),
};
const nodeKey = { 'node_key.json': JSON.stringify({ priv_key: half }) };
const keyring = { 'node_admin.info': 'c2VjcmV0', 'a1.address': 'c2VjcmV0' };
