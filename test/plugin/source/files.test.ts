import test from 'ava';
import { names, nodeYAML, readText, secretYAML } from './manifests.ts';

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
const oneLine = (text: string) => text.replaceAll(/\n */g, '');
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

test('JSON on one line', finds, oneLine(json('a')) + oneLine(json('b')), [
  ['a', 1],
  ['b', 1],
]);
test(
  'a List in flow style',
  finds,
  `{apiVersion: v1, kind: List, items: [\n${json('a')},\n${json('b')}]}\n`,
  [
    ['a', 2],
    ['b', 14],
  ],
);
test(
  'a List whose brackets stand at the column of their key',
  finds,
  `apiVersion: v1\nkind: List\nitems: [\n${json('a')},\n${json('b')}\n]\n`,
  [
    ['a', 4],
    ['b', 16],
  ],
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

test('a broken item of a JSON List hides no other', async t => {
  const broken = json('b').replace('"kind":', '"kind"');
  const text = `{"apiVersion": "v1", "kind": "List", "items": [\n${[json('a'), broken, json('c')].join(',\n')}]}`;
  const fleet = await readText(text);
  t.deepEqual(
    fleet.faults.map(({ line }) => line),
    [text.split('\n').findIndex(line => line.includes('"kind" ')) + 1],
  );
  t.deepEqual(names(fleet), ['a', 'c']);
});

test('a fault in a document of more than 16 MiB is found in its line', async t => {
  const lines = Array.from({ length: 250_000 }, (_, at) => `  k${at}: ${'x'.repeat(70)}\n`);
  const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n';
  const { faults } = await readText(`${head}${lines.join('')}  bad: "\\q"\n`);
  t.deepEqual(faults, [{ file: '-', line: 250_005, message: 'not YAML: unknown escape sequence' }]);
});

test('many findings in one List are placed without reading it anew', async t => {
  const items = Array.from({ length: 5000 }, (_, at) => json(`n${at}`));
  const text = `{"apiVersion": "v1", "kind": "List", "items": [\n${items.join(',\n')}]}`;
  const { nodes } = await readText(text);
  const lines = nodes.map(node => node.lineOf('spec.image')).sort((a, b) => (a ?? 0) - (b ?? 0));
  t.deepEqual(
    lines,
    items.map((_, at) => 10 + 12 * at),
  );
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
test('a value in its key', hides, '  "tls.key\\": \\"hunter2": aGk=\n', /data\["tls.key…"\] only letters/);

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
