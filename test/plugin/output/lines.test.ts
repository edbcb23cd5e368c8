import test from 'ava';
import { closedYAML, directory, nodeYAML } from '../source/manifests.ts';
import { invoke } from '../terminal.ts';

/** Three nodes, each with a field that the CRD lacks; the text holds each field's name once. */
const nodes = ['one', 'two', 'three'].map(name => nodeYAML(name, `  unknown-${name}: 1\n`));
const objects = ['one', 'two', 'three'].map(name => ({
  apiVersion: 'sei.io/v1alpha1',
  kind: 'SeiNode',
  metadata: { name },
  spec: { chainId: 'c', image: 'i', fullNode: {}, [`unknown-${name}`]: 1 },
}));
const list = { apiVersion: 'v1', kind: 'List', items: objects };
const items = (indent: string) =>
  nodes.map(node => `${indent}- ${node.trimEnd().replaceAll('\n', `\n${indent}  `)}\n`).join('');

const texts: Record<string, string> = {
  'a document': nodes[1]!,
  'several documents': nodes.join('---\n'),
  'documents with comments and empty ones': `# first\n---\n# one\n\n${nodes[0]}---\n---\n# ---\n${nodes[1]}--- # three\n\n\n${nodes[2]}---\n`,
  'documents with CRLF': nodes.join('---\n').replaceAll('\n', '\r\n'),
  'documents behind a byte order mark': `\ufeff${nodes.join('---\n')}`,
  'a List': `apiVersion: v1\nkind: List\nitems:\n${items('')}`,
  'an indented List with a key behind it': `# list\nkind: List\nitems:\n\n${items('  ')}apiVersion: v1\n`,
  'a SeiNodeList behind a document': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: sei.io/v1alpha1\nkind: SeiNodeList\nitems:\n${items('')}`,
  'a List in flow style': `{apiVersion: v1, kind: List, items: [\n${objects.map(object => JSON.stringify(object)).join(',\n')}\n]}\n`,
  'a List with an anchor': `apiVersion: v1\nkind: List\nitems:\n${items('').replace('pacific-1', '&chain pacific-1')}`,
  'JSON in one line': JSON.stringify(list),
  'indented JSON': JSON.stringify(list, null, 4),
  'JSON objects one behind the other': objects.map(object => JSON.stringify(object, null, 2)).join('\n\n'),
  'JSON and YAML': `${JSON.stringify(objects[0], null, 1)}\n---\n${nodes[1]}---\n${JSON.stringify(objects[2])}\n`,
};

/** Where the name of each field stands, by searching. */
function expected(text: string): [string, number][] {
  const places = [...text.matchAll(/unknown-(\w+)/g)].map(({ index, 1: name }): [string, number] => [
    name as string,
    text.slice(0, index).split('\n').length,
  ]);
  return places.toSorted();
}

async function sarifLines(command: string, stdin = ''): Promise<[string, number][]> {
  const { results } = JSON.parse((await invoke(`${command} -o sarif`, stdin)).out).runs[0];
  return results
    .map(({ locations: [{ physicalLocation, logicalLocations }] }: { locations: [Location] }) => [
      logicalLocations[0].name,
      physicalLocation.region.startLine,
    ])
    .toSorted();
}

type Location = {
  readonly physicalLocation: { readonly region: { readonly startLine: number } };
  readonly logicalLocations: readonly [{ readonly name: string }];
};

for (const [title, text] of Object.entries(texts)) {
  test(`the line of each finding is that of its field in ${title}, in a file and piped in`, async t => {
    const lines = expected(text);
    t.true(lines.length > 0);
    const dir = directory(t, { 'fleet.yaml': text, 'network.yaml': closedYAML() });
    const check = `policy check -f ${dir}/network.yaml`;
    t.deepEqual(await sarifLines(`${check} -f -`, text), lines);
    t.deepEqual(await sarifLines(`${check} -f ${dir}/fleet.yaml`), lines);
  });
}
