import type { Fields } from '../../core/schema/structural.ts';

/** When an edit of a field of a running node takes effect. */
export type Takes =
  /** At once: a plan rolls it out. */
  | 'now'
  /** With the pod of the next image update. */
  | 'update'
  /** With an init plan: the node is made anew. */
  | 'anew'
  /** Never: it changes nothing of what is made. */
  | 'nothing'
  /** The API server refuses the edit. */
  | 'refused';

/** How a field is edited. Values are those at its path; undefined is its absence. */
export type Row = {
  /** What the spec has beside the field. */
  readonly base: Fields;
  /** What the node begins with, and what that is changed to. */
  readonly values: readonly [unknown, unknown];
  readonly takes: Takes;
  /** Whether it can be taken away, where its schema does not say. */
  readonly unset?: 'refused';
  /** The second value can be given and never taken back. */
  readonly isOneWay?: true;
  /** Notations of one value: the second changes nothing that is made of the first. */
  readonly equal?: readonly (readonly [unknown, unknown])[];
  /** Notations that the API server stores as the first value. */
  readonly same?: readonly unknown[];
  /** What the API server refuses. */
  readonly refused?: readonly unknown[];
  /** What it takes and the operator tells in SpecServed, with the node left as it is. */
  readonly told?: readonly unknown[];
};

/** A field without edits, and why. */
export type Exempt = { readonly why: string };

const of = (mode: string, spec: Fields = {}): Fields => ({ [mode]: spec });
const secret = (secretName: string) => ({ secret: { secretName } });
const tls = { tls: { secretName: 'n0-tls' } };
const secured = { ...of('fullNode'), sidecar: tls };
const peers = [{ static: { addresses: ['a@p.example:26656'] } }];
const s3 = { s3: { targetHeight: 1_000 } };
const stateSync = { stateSync: {} };
const keys = { signingKey: secret('consensus'), nodeKey: secret('p2p') };
const passphraseSecretRef = { secretName: 'passphrase', key: 'word' };
const operatorKeyring = { secret: { secretName: 'keyring', keyName: 'node_admin', passphraseSecretRef } };
const validator = of('validator', { ...keys, operatorKeyring });
const ceremony = { accountBalance: '10usei', chainId: 'arctic-1', index: 0, stakingAmount: '1usei' };
const names = ['', 'A', 'a.b', 'x'.repeat(254), 1];
const immutableName = { takes: 'refused', refused: names } as const;

/** Every field of spec, by its path, in the order of the CRD. */
export const rows: Readonly<Record<string, Row | Exempt>> = {
  archive: {
    base: {},
    values: [{}, { snapshotGeneration: { tendermint: { keepRecent: 2 } } }],
    takes: 'anew',
    unset: 'refused',
    refused: [1, { snapshotGeneration: { tendermint: {} } }],
    told: [{ snapshotGeneration: {} }],
  },
  ...generationOf('archive'),
  chainId: {
    base: of('fullNode'),
    values: ['arctic-1', 'atlantic-2'],
    takes: 'update',
    refused: ['', 1],
    told: ['a b', '-'],
  },
  dataVolume: {
    base: of('fullNode'),
    values: [undefined, { import: { pvcName: 'kept' } }],
    takes: 'update',
    isOneWay: true,
    equal: [[undefined, {}]],
    refused: [{ import: {} }, 'kept'],
  },
  'dataVolume.import': {
    base: of('fullNode'),
    values: [{ pvcName: 'kept' }, { pvcName: 'other' }],
    takes: 'refused',
    unset: 'refused',
    refused: [{}],
  },
  'dataVolume.import.pvcName': { base: of('fullNode'), values: ['kept', 'other'], ...immutableName },
  entrypoint: {
    base: of('fullNode'),
    values: [undefined, { command: ['seid'] }],
    takes: 'nothing',
    refused: [{}, { command: [] }],
    told: [{ command: ['seid'], args: ['start'] }],
  },
  'entrypoint.args': {
    base: { ...of('fullNode'), entrypoint: { command: ['seid'] } },
    values: [['start'], ['version']],
    takes: 'nothing',
    equal: [[[], undefined]],
    refused: [Array.from({ length: 65 }, () => 'a'), [1]],
  },
  'entrypoint.command': {
    base: of('fullNode'),
    values: [['seid'], ['bash', '-c']],
    takes: 'nothing',
    refused: [[], Array.from({ length: 17 }, () => 'a')],
  },
  fullNode: {
    base: {},
    values: [{}, { snapshotGeneration: { tendermint: { keepRecent: 2 } } }],
    takes: 'anew',
    unset: 'refused',
    refused: ['x', { snapshot: {} }],
    told: [{ snapshotGeneration: {} }],
  },
  ...snapshotOf('fullNode', stateSync),
  ...generationOf('fullNode'),
  image: {
    base: of('fullNode'),
    values: ['sei:v6.3.0', 'sei:v6.3.1'],
    takes: 'now',
    refused: ['', 'x'.repeat(513)],
    told: ['a b'],
  },
  overrides: {
    base: of('fullNode'),
    values: [undefined, { 'mempool.size': '100' }],
    takes: 'anew',
    equal: [
      [undefined, {}],
      [
        { a: '1', b: '2' },
        { b: '2', a: '1' },
      ],
    ],
    refused: [{ a: 1 }, []],
    told: [{ 'logging.level': 'debug' }],
  },
  peers: {
    base: of('fullNode'),
    values: [peers, [...peers, { ec2Tags: { region: 'us-east-2', tags: { a: 'b' } } }]],
    takes: 'anew',
    equal: [[undefined, []]],
    refused: [[{}], [{ static: { addresses: ['a'] }, label: { selector: { a: 'b' } } }], {}],
  },
  'peers[].ec2Tags': {
    base: of('fullNode'),
    values: [
      { region: 'us-east-2', tags: { a: 'b' } },
      { region: 'us-east-2', tags: { a: 'c' } },
    ],
    takes: 'anew',
    unset: 'refused',
    refused: [{}, { region: 'us-east-2' }],
  },
  'peers[].ec2Tags.region': {
    base: { ...of('fullNode'), peers: [{ ec2Tags: { tags: { a: 'b' } } }] },
    values: ['us-east-2', 'eu-central-1'],
    takes: 'anew',
    refused: ['', 1],
  },
  'peers[].ec2Tags.tags': {
    base: { ...of('fullNode'), peers: [{ ec2Tags: { region: 'us-east-2' } }] },
    values: [{ a: 'b' }, { a: 'b', c: 'd' }],
    takes: 'anew',
    equal: [
      [
        { a: '1', b: '2' },
        { b: '2', a: '1' },
      ],
    ],
    refused: [{}, { a: 1 }],
  },
  // What a label comes to is a matter of the nodes there are: status.resolvedPeers.
  'peers[].label': {
    base: of('fullNode'),
    values: [{ selector: { fleet: 'a' } }, { selector: { fleet: 'a', also: 'b' } }],
    takes: 'nothing',
    unset: 'refused',
    refused: [{}],
  },
  'peers[].label.namespace': {
    base: { ...of('fullNode'), peers: [{ label: { selector: { fleet: 'a' } } }] },
    values: [undefined, 'neighbours'],
    takes: 'nothing',
    equal: [[undefined, '']],
    refused: [1],
  },
  'peers[].label.selector': {
    base: { ...of('fullNode'), peers: [{ label: {} }] },
    values: [{ fleet: 'a' }, { also: 'b' }],
    takes: 'nothing',
    refused: [{}, { a: 1 }],
  },
  'peers[].static': {
    base: of('fullNode'),
    values: [{ addresses: ['a@p.example:26656'] }, { addresses: ['b@p.example:26656'] }],
    takes: 'anew',
    unset: 'refused',
    refused: [{}],
  },
  'peers[].static.addresses': {
    base: { ...of('fullNode'), peers: [{ static: {} }] },
    values: [['a@p.example:26656'], ['a@p.example:26656', 'b@p.example:26656']],
    takes: 'anew',
    refused: [[], [1]],
  },
  podLabels: {
    base: of('fullNode'),
    values: [undefined, { team: 'a' }],
    takes: 'update',
    equal: [
      [undefined, {}],
      [undefined, { 'sei.io/node': 'another' }],
      [
        { a: '1', b: '2' },
        { b: '2', a: '1' },
      ],
    ],
    refused: [{ a: 1 }],
    told: [{ team: 'a b' }, { 'a b': 'c' }],
  },
  replayer: {
    base: { peers },
    values: [{ snapshot: s3 }, { snapshot: { s3: { targetHeight: 2_000 } } }],
    takes: 'anew',
    unset: 'refused',
    refused: [{}, { snapshot: {} }],
    told: [{ snapshot: stateSync }],
  },
  'replayer.resultExport': {
    base: { peers, ...of('replayer', { snapshot: s3 }) },
    values: [undefined, { shadowResult: { canonicalRpc: 'http://a.example' } }],
    takes: 'anew',
    refused: [{ shadowResult: {} }],
    told: [{}, { shadowResult: { canonicalRpc: 'b.example' } }],
  },
  'replayer.resultExport.shadowResult': {
    base: { peers, ...of('replayer', { snapshot: s3, resultExport: {} }) },
    values: [{ canonicalRpc: 'http://a.example' }, { canonicalRpc: 'http://b.example' }],
    takes: 'anew',
    refused: [{}],
  },
  'replayer.resultExport.shadowResult.canonicalRpc': {
    base: { peers, ...of('replayer', { snapshot: s3 }) },
    values: ['http://a.example', 'http://b.example'],
    takes: 'anew',
    refused: ['', 1],
  },
  ...snapshotOf('replayer', s3),
  sidecar: {
    base: of('fullNode'),
    values: [undefined, { image: 'seictl:v2' }],
    takes: 'update',
    equal: [
      [undefined, {}],
      [undefined, { port: 7777 }],
      [{}, { resources: {} }],
    ],
    refused: [1],
  },
  'sidecar.image': {
    base: secured,
    values: [undefined, 'seictl:v2'],
    takes: 'update',
    equal: [[undefined, '']],
    refused: [1],
    told: ['a b'],
  },
  'sidecar.port': {
    base: secured,
    values: [7777, 7000],
    takes: 'update',
    equal: [[7777, 0]],
    same: [undefined],
    refused: ['7777', 1.5],
    told: [8443, 9100, 26_657, 65_536, -1],
  },
  'sidecar.resources': {
    base: secured,
    values: [undefined, { requests: { cpu: '1' } }],
    takes: 'update',
    equal: [
      [undefined, {}],
      [undefined, { requests: {}, limits: {} }],
      [{ requests: { cpu: 1 } }, { requests: { cpu: '1000m' } }],
    ],
    refused: [{ requests: { cpu: 'many' } }],
    told: [{ requests: { cpu: 2 }, limits: { cpu: 1 } }],
  },
  'sidecar.resources.claims': {
    base: secured,
    values: [undefined, []],
    takes: 'nothing',
    equal: [[undefined, []]],
    refused: [[{}], [{ name: 'a' }, { name: 'a' }]],
    told: [[{ name: 'a' }]],
  },
  'sidecar.resources.claims[].name': {
    why: 'a claim is told as such, whatever is in it: sidecar.resources.claims',
  },
  'sidecar.resources.claims[].request': {
    why: 'a claim is told as such, whatever is in it: sidecar.resources.claims',
  },
  'sidecar.resources.limits': {
    base: secured,
    values: [{ memory: '1Gi' }, { memory: '2Gi', cpu: '500m' }],
    takes: 'update',
    equal: [
      [undefined, {}],
      [{ memory: '1Gi' }, { memory: '1024Mi' }],
    ],
    refused: [{ memory: 'much' }],
    told: [{ memory: '-1' }, { gpu: '1' }],
  },
  'sidecar.resources.requests': {
    base: secured,
    values: [{ cpu: '1' }, { cpu: '2', memory: '512Mi' }],
    takes: 'update',
    equal: [
      [undefined, {}],
      [{ cpu: '1' }, { cpu: '1000m' }],
      [{ cpu: '1' }, { cpu: 1 }],
      [
        { cpu: '1', memory: '1' },
        { memory: '1', cpu: '1' },
      ],
    ],
    refused: [{ cpu: 'many' }],
    told: [{ cpu: '-1' }, { disks: '1' }],
  },
  'sidecar.tls': {
    base: of('fullNode'),
    values: [{ secretName: 'n0-tls' }, { secretName: 'other-tls' }],
    takes: 'refused',
    unset: 'refused',
    refused: [{}],
  },
  'sidecar.tls.secretName': {
    base: of('fullNode'),
    values: ['n0-tls', 'other-tls'],
    takes: 'refused',
    refused: ['', 1],
  },
  validator: {
    base: {},
    values: [{}, keys],
    takes: 'update',
    unset: 'refused',
    refused: [
      { signingKey: keys.signingKey },
      { ...keys, nodeKey: keys.signingKey },
      { signingKey: {}, nodeKey: {} },
    ],
    told: [{ ...keys, genesisCeremony: ceremony }],
  },
  'validator.genesisCeremony': {
    base: of('validator'),
    values: [undefined, ceremony],
    takes: 'anew',
    refused: [{}],
  },
  'validator.genesisCeremony.accountBalance': ceremonyRow(
    'accountBalance',
    '20usei',
    'anew',
    ['', 1],
    ['0usei'],
  ),
  'validator.genesisCeremony.chainId': ceremonyRow('chainId', 'arctic-1', 'nothing', ['', 1], ['arctic-2']),
  'validator.genesisCeremony.genesisParams': ceremonyRow('genesisParams', '{}', 'anew', [{}], ['{"a":1}']),
  'validator.genesisCeremony.index': ceremonyRow('index', 1, 'nothing', [-1, '1']),
  'validator.genesisCeremony.stakingAmount': ceremonyRow(
    'stakingAmount',
    '2usei',
    'anew',
    ['', 1],
    ['0usei', '11usei'],
  ),
  'validator.nodeKey': {
    base: validator,
    values: [secret('p2p'), secret('p2p-2')],
    takes: 'refused',
    unset: 'refused',
    refused: [{}, secret('consensus'), secret('keyring'), secret('passphrase')],
  },
  'validator.nodeKey.secret': {
    base: validator,
    values: [{ secretName: 'p2p' }, { secretName: 'p2p-2' }],
    takes: 'refused',
    unset: 'refused',
    refused: [{}],
  },
  'validator.nodeKey.secret.secretName': { base: validator, values: ['p2p', 'p2p-2'], ...immutableName },
  'validator.operatorKeyring': {
    base: of('validator', keys),
    values: [undefined, operatorKeyring],
    takes: 'update',
    same: [],
    equal: [[operatorKeyring, { secret: { ...operatorKeyring.secret, keyName: undefined } }]],
    refused: [{}, { secret: { ...operatorKeyring.secret, secretName: 'consensus' } }],
  },
  'validator.operatorKeyring.secret': {
    base: validator,
    values: [operatorKeyring.secret, { ...operatorKeyring.secret, secretName: 'keyring-2' }],
    takes: 'refused',
    unset: 'refused',
    refused: [{}, { secretName: 'keyring' }],
  },
  'validator.operatorKeyring.secret.keyName': {
    base: validator,
    values: ['node_admin', 'second'],
    takes: 'anew',
    same: [undefined],
    refused: ['', 'a b', 'x'.repeat(65)],
  },
  'validator.operatorKeyring.secret.passphraseSecretRef': {
    base: validator,
    values: [passphraseSecretRef, { ...passphraseSecretRef, secretName: 'passphrase-2' }],
    takes: 'refused',
    refused: [{}, { ...passphraseSecretRef, secretName: 'keyring' }],
  },
  'validator.operatorKeyring.secret.passphraseSecretRef.key': {
    base: validator,
    values: ['word', 'second'],
    takes: 'update',
    refused: ['', 'x'.repeat(254)],
    told: ['a b', '..'],
  },
  'validator.operatorKeyring.secret.passphraseSecretRef.secretName': {
    base: validator,
    values: ['passphrase', 'passphrase-2'],
    ...immutableName,
  },
  'validator.operatorKeyring.secret.secretName': {
    base: validator,
    values: ['keyring', 'keyring-2'],
    ...immutableName,
  },
  'validator.signingKey': {
    base: validator,
    values: [secret('consensus'), secret('consensus-2')],
    takes: 'refused',
    unset: 'refused',
    refused: [{}, secret('p2p'), secret('keyring'), secret('passphrase')],
  },
  'validator.signingKey.secret': {
    base: validator,
    values: [{ secretName: 'consensus' }, { secretName: 'consensus-2' }],
    takes: 'refused',
    unset: 'refused',
    refused: [{}],
  },
  'validator.signingKey.secret.secretName': {
    base: validator,
    values: ['consensus', 'consensus-2'],
    ...immutableName,
  },
  ...snapshotOf('validator', stateSync),
};

function generationOf(mode: string): Record<string, Row> {
  const field = `${mode}.snapshotGeneration`;
  const making = (tendermint: Fields) => of(mode, { snapshotGeneration: { tendermint } });
  return {
    [field]: {
      base: of(mode),
      values: [undefined, { tendermint: { keepRecent: 2 } }],
      takes: 'anew',
      refused: [{ tendermint: {} }],
      told: [{}, { tendermint: { keepRecent: 1, publish: {} } }],
    },
    [`${field}.tendermint`]: {
      base: of(mode),
      values: [{ keepRecent: 2 }, { keepRecent: 3, publish: {} }],
      takes: 'anew',
      refused: [{}],
    },
    [`${field}.tendermint.keepRecent`]: {
      base: of(mode),
      values: [2, 5],
      takes: 'anew',
      refused: [0, '2', 1.5],
    },
    [`${field}.tendermint.publish`]: {
      base: making({ keepRecent: 2 }),
      values: [undefined, {}],
      takes: 'anew',
      refused: [true],
    },
  };
}

function snapshotOf(mode: string, from: Fields): Record<string, Row> {
  const field = `${mode}.snapshot`;
  const isReplayer = mode === 'replayer';
  const more = isReplayer ? { peers } : {};
  const base = (snapshot: Fields) => ({ ...more, ...of(mode, { snapshot }) });
  return {
    [field]: {
      base: { ...more, ...of(mode) },
      values: [from, { s3: { targetHeight: 2_000 } }],
      takes: 'anew',
      refused: [{}, { ...s3, ...stateSync }],
      told: isReplayer ? [stateSync] : [],
    },
    [`${field}.backfillBlocks`]: {
      base: base(from),
      values: [100, 200],
      takes: 'anew',
      equal: [[0, undefined]],
      refused: ['1', 1.5],
    },
    // With s3 it is the bootstrap's own matter: what becomes of a Job is tested there.
    [`${field}.bootstrapImage`]: {
      base: base(from),
      values: [undefined, undefined],
      takes: 'nothing',
      equal: [[undefined, '']],
      refused: [1],
      told: isReplayer ? [] : ['sei:v6.2.0'],
    },
    [`${field}.s3`]: {
      base: base({}),
      values: [{ targetHeight: 1_000 }, { targetHeight: 2_000 }],
      takes: 'anew',
      unset: 'refused',
      refused: [{}],
    },
    [`${field}.s3.targetHeight`]: {
      base: base({}),
      values: [1_000, 2_000],
      takes: 'anew',
      refused: [0, -1, '1'],
    },
    [`${field}.stateSync`]: isReplayer
      ? { base: base(s3), values: [undefined, undefined], takes: 'nothing', refused: [{}] }
      : { base: base({}), values: [{}, {}], takes: 'nothing', unset: 'refused', refused: [1] },
    [`${field}.trustPeriod`]: {
      base: base(from),
      values: ['168h0m0s', '9999h0m0s'],
      takes: 'anew',
      equal: [['', undefined]],
      refused: [1],
    },
  };
}

/** One value of a ceremony. */
function ceremonyRow(
  name: keyof typeof ceremony | 'genesisParams',
  other: unknown,
  takes: Takes,
  refused: readonly unknown[],
  told: readonly unknown[] = [],
): Row {
  const { [name as keyof typeof ceremony]: value, ...others } = ceremony;
  return { base: of('validator', { genesisCeremony: others }), values: [value, other], takes, refused, told };
}
