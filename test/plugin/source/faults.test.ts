import test from 'ava';
import { nodeYAML, readText, secretYAML } from './manifests.ts';

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

test('empty input', refuses, '', undefined, /standard input is empty/);
test('only a comment', refuses, '# nothing\n', undefined, /no object was found/);
test('a list', refuses, '- a\n- b\n', 1, /is an object, not a list/);
test('a text', refuses, 'hello\n', 1, /is an object, not a text$/);
test('a number', refuses, '7\n', 1, /is an object, not 7/);
test(
  'a kind that no text can be made of',
  refuses,
  'apiVersion: v1\nkind: {toString: x}\nmetadata: {name: a}\n',
  2,
  /must be a string|is required/,
);
test('a JSON list', refuses, '[1]', 1, /is an object, not a list/);
test('broken YAML', refuses, 'a: [1\n', 2, /not YAML/);
test('a repeated key in YAML', refuses, 'kind: a\nspec:\n  b: 1\n  b: 2\n', 4, /written twice/);
test('a repeated key in JSON', refuses, '{"kind": "a",\n"b": 1,\n"b": 2}', 3, /written twice/);
test('text behind the dashes', refuses, '--- a: 1\n', 1, /only a comment may follow/);
test(
  'a document of a million keys, one a line,',
  refuses,
  'k: 1\n'.repeat(1_000_001),
  1_000_001,
  /more than 1000000 lines and commas .* split a list/,
);
test('a document of a million items', refuses, `a: [${'1,'.repeat(1_000_001)}]\n`, 1, /more than 1000000/);
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
