import test from 'ava';
import { nodeYAML, readText, secretYAML } from './manifests.ts';

const refused = test.macro({
  async exec(t, manifest: string, field: string, message: RegExp) {
    const { faults, nodes } = await readText(manifest);
    t.is(faults.length, 1, JSON.stringify(faults));
    t.is(faults[0]?.field, field);
    t.regex(faults[0]?.message ?? '', message);
    t.false(faults[0]?.message.startsWith(field), 'the field is said once');
    t.deepEqual(nodes, []);
  },
  title: (title = '') => `${title} is refused as the API server does`,
});
const accepted = test.macro({
  async exec(t, manifest: string) {
    t.deepEqual((await readText(manifest)).faults, []);
  },
  title: (title = '') => `${title} is accepted`,
});

/** A node with these fields in its spec, in place of its mode if they set one. */
function spec(fields: string): string {
  const node = nodeYAML('a', `  ${fields}\n`);
  return /^(validator|archive|replayer):/.test(fields) ? node.replace('  fullNode: {}\n', '') : node;
}
const list = (count: number) => `[${Array(count).fill('x').join(', ')}]`;
const keepRecent = (value: string) =>
  spec(`archive: {snapshotGeneration: {tendermint: {keepRecent: ${value}}}}`);
const recent = 'spec.archive.snapshotGeneration.tendermint.keepRecent';

test('an empty image', refused, nodeYAML('a').replace('sei:1', '""'), 'spec.image', /must not be empty/);
test('an image of 512 characters', accepted, nodeYAML('a').replace('sei:1', 'i'.repeat(512)));
test(
  'an image of 513 characters',
  refused,
  nodeYAML('a').replace('sei:1', 'i'.repeat(513)),
  'spec.image',
  /at most 512 characters, not 513/,
);
test('a number below its least', refused, keepRecent('0'), recent, /must be at least 1, not 0/);
test('the largest int32', accepted, keepRecent('2147483647'));
test('one more than int32', refused, keepRecent('2147483648'), recent, /must fit int32/);
test('a fraction as an integer', refused, keepRecent('1.5'), recent, /must be an integer, not 1.5/);
test('an integer written 5.0', accepted, keepRecent('5.0'));
test('a list of 16 words', accepted, spec(`entrypoint: {command: ${list(16)}}`));
test(
  'a list of 17 words',
  refused,
  spec(`entrypoint: {command: ${list(17)}}`),
  'spec.entrypoint.command',
  /at most 16 items, not 17/,
);
test(
  'an empty list',
  refused,
  spec('entrypoint: {command: []}'),
  'spec.entrypoint.command',
  /at least one item/,
);
test(
  'an empty selector',
  refused,
  spec('peers: [{label: {selector: {}}}]'),
  'spec.peers[0].label.selector',
  /at least one entry/,
);
test(
  'a peer of two sorts',
  refused,
  spec('peers: [{label: {selector: {a: b}}, static: {addresses: [x]}}]'),
  'spec.peers[0]',
  /exactly one of ec2Tags, static, label/,
);
test(
  'an upper-case volume name',
  refused,
  spec('dataVolume: {import: {pvcName: Data}}'),
  'spec.dataVolume.import.pvcName',
  /must match/,
);
test('a quantity', accepted, spec('sidecar: {resources: {limits: {cpu: 1, memory: 1.5Gi}}}'));
test(
  'no quantity',
  refused,
  spec('sidecar: {resources: {limits: {memory: 1 Gi}}}'),
  'spec.sidecar.resources.limits.memory',
  /must match/,
);
test(
  'a repeated list key',
  refused,
  spec('sidecar: {resources: {claims: [{name: a}, {name: a}]}}'),
  'spec.sidecar.resources.claims[1]',
  /repeats name of an item above/,
);
test(
  'a missing Secret name',
  refused,
  spec('sidecar: {tls: {}}'),
  'spec.sidecar.tls.secretName',
  /is required and missing/,
);

const key = (name: string, secret: string) => `${name}: {secret: {secretName: ${secret}}}`;
const keyring = (secret: string, passphrase: string) =>
  `operatorKeyring: {secret: {secretName: ${secret}, passphraseSecretRef: {secretName: ${passphrase}, key: k}}}`;
const validator = (...fields: string[]) => spec(`validator: {${fields.join(', ')}}`);
const keys = [key('signingKey', 'a'), key('nodeKey', 'b')];

test('a validator with keys of its own', accepted, validator(...keys, keyring('c', 'd')));
test('a validator without keys', accepted, validator());
test('a signing key alone', refused, validator(keys[0]!), 'spec.validator', /together or neither/);
test('a node key alone', refused, validator(keys[1]!), 'spec.validator', /together or neither/);
test(
  'a key without a source',
  refused,
  validator('signingKey: {}', keys[1]!),
  'spec.validator.signingKey',
  /must set secret/,
);
test(
  'one Secret for two keys',
  refused,
  validator(key('signingKey', 'a'), key('nodeKey', 'a')),
  'spec.validator.nodeKey.secret.secretName',
  /another Secret than spec.validator.signingKey/,
);
test(
  "a keyring in a key's Secret",
  refused,
  validator(...keys, keyring('a', 'd')),
  'spec.validator.operatorKeyring.secret.secretName',
  /another Secret/,
);
test(
  "a passphrase in the keyring's Secret",
  refused,
  validator(...keys, keyring('c', 'c')),
  'spec.validator.operatorKeyring.secret.passphraseSecretRef.secretName',
  /another Secret/,
);

const labelled = (label: string) => nodeYAML(`a\n  labels: {${label}}`);
const long = 'l'.repeat(64);
for (const label of ['a: b', 'a.b/c_d-e: x_y.Z', 'A9: ""', `${long.slice(1)}: ${long.slice(1)}`])
  test(`the label ${label.slice(0, 20)}`, accepted, labelled(label));
test('a label value with a space', refused, labelled('a: b c'), 'metadata.labels.a', /no label value/);
test('a label value that ends in a dash', refused, labelled('a: b-'), 'metadata.labels.a', /no label value/);
test(
  'a label value of 64 characters',
  refused,
  labelled(`a: ${long}`),
  'metadata.labels.a',
  /has 64 characters/,
);
test('a label key of 64 characters', refused, labelled(`${long}: b`), `metadata.labels.${long}`, /63 are/);
test('a label key with two slashes', refused, labelled('a/b/c: d'), 'metadata.labels["a/b/c"]', /one "\/"/);
test('an upper-case prefix', refused, labelled('A.b/c: d'), 'metadata.labels["A.b/c"]', /its prefix: only/);
test('an empty label key', refused, labelled('"": d'), 'metadata.labels[""]', /no label key/);
test('a bad pod label', refused, spec('podLabels: {a: b c}'), 'spec.podLabels.a', /no label value/);
test(
  'a bad label of a Secret',
  refused,
  secretYAML('s\n  labels: {a: b c}'),
  'metadata.labels.a',
  /no label value/,
);

test(
  'a Secret of more than 1 MiB',
  refused,
  secretYAML('s', `  tls.crt: ${'A'.repeat(1_500_000)}\n`),
  'data',
  /at most 1 MiB, not 1125000 bytes/,
);
test('base64 with unused bits set', accepted, secretYAML('s', '  a: aGl=\n'));
test('base64 over several lines', accepted, secretYAML('s', '  a: |\n    aGVs\n    bG8=\n'));
test('base64 for URLs', refused, secretYAML('s', '  a: _-==\n'), 'data.a', /not base64/);
