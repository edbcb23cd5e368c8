import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { directory, nodeYAML, readPaths, readText, secretYAML } from './manifests.ts';

const names = (fleet: { nodes: readonly { object: { metadata: { name: string } } }[] }) =>
  fleet.nodes.map(({ object }) => object.metadata.name);

test('a directory is read recursively, and a file reached twice once', async t => {
  const dir = directory(t, { 'b.yaml': nodeYAML('b'), 'a.yml': nodeYAML('a'), 'c.txt': 'no' });
  mkdirSync(join(dir, 'sub'));
  writeFileSync(join(dir, 'sub', 'c.json'), '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}');
  symlinkSync(dir, join(dir, 'sub', 'loop'));
  const fleet = await readPaths(dir, join(dir, 'a.yml'));
  t.deepEqual(fleet.faults, []);
  t.deepEqual(names(fleet), ['a', 'b']);
  t.like(fleet.ignored[0], { apiVersion: 'v1', kind: 'ConfigMap', count: 1 });
});

const refuses = test.macro({
  async exec(t, text: string | Uint8Array, line: number | undefined, message: RegExp) {
    const { faults, nodes } = await readText(text);
    t.is(faults.length, 1, JSON.stringify(faults));
    t.is(faults[0]?.line, line);
    const { field = '', message: said = '' } = faults[0] ?? {};
    t.regex(field === '' ? said : `${field}: ${said}`, message);
    t.deepEqual(nodes, []);
  },
  title: (title = '') => `${title} is one fault`,
});

const bytes = (...units: number[]) => Uint8Array.from(units);
test('empty input', refuses, '', undefined, /standard input is empty/);
test('only a comment', refuses, '# nothing\n', undefined, /no object was found/);
test('UTF-16', refuses, bytes(0xff, 0xfe, 97, 0), undefined, /UTF-16/);
test('a binary file', refuses, bytes(97, 0, 98), undefined, /binary/);
test('invalid UTF-8', refuses, bytes(97, 10, 0xc3, 0x28), undefined, /not valid UTF-8 \(line 2\)/);
test('a list', refuses, '- a\n- b\n', 1, /is an object, not a list/);
test('a scalar', refuses, 'hello\n', 1, /is an object, not "hello"/);
test('a JSON list', refuses, '[1]', 1, /is an object, not a list/);
test('broken YAML', refuses, 'a: [1\n', 2, /not YAML/);
test('a repeated key in YAML', refuses, 'kind: a\nspec:\n  b: 1\n  b: 2\n', 4, /written twice/);
test('a repeated key in JSON', refuses, '{"kind": "a",\n"b": 1,\n"b": 2}', 3, /written twice/);
test('text behind the dashes', refuses, '--- a: 1\n', 1, /only a comment may follow/);
test('no apiVersion', refuses, 'kind: Secret\n', 1, /apiVersion: is required/);
test('no kind', refuses, 'apiVersion: v1\n', 1, /kind: is required/);
test('no metadata', refuses, 'apiVersion: v1\nkind: Secret\n', 1, /metadata: is missing/);
test('no name', refuses, 'apiVersion: v1\nkind: Secret\nmetadata: {}\n', 3, /metadata.name: is required/);
test(
  'a boolean name',
  refuses,
  'apiVersion: v1\nkind: Secret\nmetadata:\n  name: y\n',
  4,
  /must be a string \(quote it\), not true/,
);
test('an upper-case name', refuses, nodeYAML('N0'), 4, /"N0" is no name/);
test('a name with control characters', refuses, nodeYAML('"a\\u001b[31m"'), 4, /"a\\u001b\[31m" is no name/);
test('a bad namespace', refuses, nodeYAML('a\n  namespace: a.b'), 5, /"a.b" is no namespace/);
test('a misspelt kind', refuses, nodeYAML('a').replace('SeiNode', 'Seinode'), 2, /did you mean SeiNode\?/);
test(
  'an unknown core kind',
  refuses,
  'apiVersion: v1\nkind: Secrets\nmetadata: {name: a}\n',
  2,
  /did you mean Secret\?/,
);
test(
  'another version',
  refuses,
  nodeYAML('a').replace('v1alpha1', 'v1'),
  1,
  /must be sei.io\/v1alpha1 for SeiNode, not "sei.io\/v1"/,
);
test('a Secret of a wrong group', refuses, secretYAML('s').replace('v1', 'apps/v1'), 1, /must be v1/);
test('two modes', refuses, nodeYAML('a', '  archive: {}\n'), 5, /exactly one of .* not fullNode and archive/);
test('no mode', refuses, nodeYAML('a').replace('  fullNode: {}\n', ''), 5, /not none/);
test(
  'no spec',
  refuses,
  'apiVersion: sei.io/v1alpha1\nkind: SeiNode\nmetadata: {name: a}\n',
  1,
  /spec: is required/,
);
test(
  'a replayer without peers',
  refuses,
  nodeYAML('a').replace('fullNode: {}', 'replayer: {snapshot: {stateSync: {}}}'),
  5,
  /spec.peers: is required/,
);
test(
  'an unquoted override',
  refuses,
  nodeYAML('a', '  overrides:\n    size: 0\n'),
  10,
  /spec.overrides.size: must be a string \(quote it\), not 0/,
);
test(
  'a label that is a boolean',
  refuses,
  nodeYAML('a\n  labels:\n    on: x\n    b: y'),
  7,
  /metadata.labels.b: must be a string/,
);
test(
  'a List whose items are no list',
  refuses,
  'apiVersion: v1\nkind: List\nitems: 1\n',
  3,
  /items: must be a list/,
);

test('files that cannot be read are one fault each', async t => {
  const dir = directory(t, { 'big.yaml': '' });
  truncateSync(join(dir, 'big.yaml'), 600 * 1024 * 1024);
  mkdirSync(join(dir, 'empty'));
  const fleet = await readPaths(join(dir, 'absent.yaml'), join(dir, 'empty'), join(dir, 'big.yaml'));
  t.deepEqual(
    fleet.faults.map(({ message }) => message),
    [
      'cannot be read: it does not exist',
      'the directory holds no manifest: *.yaml, *.yml or *.json is read',
      'is larger than 512 MiB: split it into several files',
    ],
  );
});

const finds = test.macro({
  async exec(t, text: string, nodes: [string, number][]) {
    const fleet = await readText(text);
    t.deepEqual(fleet.faults, []);
    t.deepEqual(
      fleet.nodes.map(({ object, place }) => [object.metadata.name, place?.line ?? 0]),
      nodes,
    );
    for (const node of fleet.nodes)
      t.is(text.split('\n')[node.lineOf('metadata.name')! - 1]?.includes(node.object.metadata.name), true);
  },
  title: (title = '') => `${title} gives its nodes with their lines`,
});

const json = (name: string) =>
  JSON.stringify(
    {
      apiVersion: 'sei.io/v1alpha1',
      kind: 'SeiNode',
      metadata: { name },
      spec: { chainId: 'a', image: 'b', archive: {} },
    },
    null,
    2,
  );
const item = (name: string) => `- ${nodeYAML(name).trimEnd().replaceAll('\n', '\n  ')}\n`;
test('multi-document YAML', finds, `\ufeff# c\n---\n# d\n${nodeYAML('a')}--- # e\n${nodeYAML('b')}`, [
  ['a', 4],
  ['b', 13],
]);
test('JSON after JSON', finds, `${json('a')}\n${json('b')}`, [
  ['a', 1],
  ['b', 13],
]);
test('JSON, then YAML', finds, `${json('a')}\n---\n${nodeYAML('b')}`, [
  ['a', 1],
  ['b', 14],
]);
test('a YAML List', finds, `apiVersion: v1\nkind: List\nitems:\n${item('a')}${item('b')}`, [
  ['a', 4],
  ['b', 12],
]);
test(
  'a YAML List with anchors',
  finds,
  `apiVersion: v1\nkind: List\nitems:\n${item('a')}${item('b').replace('sei:1', '&x sei:1')}`,
  [
    ['a', 4],
    ['b', 12],
  ],
);
test('a JSON List', finds, `{"apiVersion": "v1", "kind": "List", "items": [\n${json('a')},\n${json('b')}]}`, [
  ['a', 2],
  ['b', 14],
]);
test(
  'a List in a List',
  finds,
  `{"apiVersion": "v1", "kind": "List", "items": [\n{"apiVersion": "v1", "kind": "List", "items": [\n${json('a')}]}]}`,
  [['a', 3]],
);
test(
  'a typed list',
  finds,
  `apiVersion: sei.io/v1alpha1\nkind: SeiNodeList\nitems:\n- metadata:\n    name: a\n  spec: {chainId: a, image: b, archive: {}}\n`,
  [['a', 4]],
);

test('documents behind a broken one are still read', async t => {
  const fleet = await readText(`a: [\n---\n${nodeYAML('a')}`);
  t.is(fleet.faults.length, 1);
  t.deepEqual(names(fleet), ['a']);
});

test('a broken item of a List hides no other', async t => {
  const fleet = await readText(`apiVersion: v1\nkind: List\nitems:\n${item('a')}- a: [\n${item('b')}`);
  t.is(fleet.faults.length, 1);
  t.deepEqual(names(fleet), ['a', 'b']);
});

test('a duplicate is a fault that names both places, and the later one stays', async t => {
  const fleet = await readText(`${nodeYAML('a')}---\n${nodeYAML('a').replace('sei:1', 'sei:2')}`);
  t.like(fleet.faults[0], {
    line: 10,
    message: 'SeiNode default/a is already at -:1; the later one counts, remove one',
  });
  t.is(fleet.nodes[0]?.object.spec.image, 'sei:2');
});

test('unknown fields are named, and what promises to retain in full', async t => {
  const more =
    '  genesis: {s3: {uri: a}}\n  storage: {retainOnDelete: true}\n  sidecar: {tls: null, prot: 1}\n';
  const { nodes, faults } = await readText(nodeYAML('a', more));
  t.deepEqual(faults, []);
  t.deepEqual(nodes[0]?.unknownFields, ['spec.genesis', 'spec.storage.retainOnDelete', 'spec.sidecar.prot']);
  t.deepEqual(nodes[0]?.object.spec.sidecar, { prot: 1 } as never);
  t.is(nodes[0]?.lineOf('spec.storage.retainOnDelete'), 10);
  t.is(nodes[0]?.lineOf('spec.peers[0].label'), 5);
});

test('a Secret is found with stringData folded in', async t => {
  const fleet = await readText(`${secretYAML('s')}stringData:\n  tls.crt: other\n`);
  const found = fleet.secret('default', 's');
  t.deepEqual(found.found === 'yes' && found.secret.data, { 'tls.crt': 'b3RoZXI=', 'tls.key': 'aGk=' });
  t.deepEqual(fleet.secret('default', 'other'), { found: 'no' });
});

const hides = test.macro({
  async exec(t, data: string, why: RegExp) {
    const fleet = await readText(secretYAML('s', data));
    const found = fleet.secret('default', 's');
    t.is(found.found, 'unreadable');
    t.regex(found.found === 'unreadable' ? found.why : '', why);
    t.notRegex(JSON.stringify(fleet.faults), /hunter2/);
  },
  title: (title = '') => `a Secret with ${title} is unreadable, and its values stay unsaid`,
});
test('text that is no base64', hides, '  tls.crt: hunter2!\n', /data\["tls.crt"\] is not base64/);
test('base64 without padding', hides, '  tls.crt: hunter2\n', /not base64/);
test('a number', hides, '  pin: 10\n', /must be a string of base64/);
test('a repeated key', hides, '  pin: hunter2\n  pin: hunter2\n', /written twice/);
test('a bad key', hides, '  "a b": aGk=\n', /only letters/);

test('a billion laughs are one clear fault', async t => {
  const levels = Array.from(
    { length: 9 },
    (_, at) => `l${at + 1}: &l${at + 1} [${Array(9).fill(`*l${at}`).join(', ')}]`,
  );
  const { faults } = await readText(`l0: &l0 [x, x]\n${levels.join('\n')}\n`);
  t.regex(faults[0]?.message ?? '', /aliases multiply/);
});

test('endless nesting is one fault', async t => {
  t.is((await readText('['.repeat(200_000))).faults.length, 1);
  t.is((await readText(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`)).faults.length, 1);
});
