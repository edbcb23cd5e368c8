import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { certificateNaming, exampleSecret } from './hostile.ts';
import { closedYAML, directory, nodeYAML, secretYAML } from './source/manifests.ts';
import { invoke } from './terminal.ts';

/** One bad document before a good node: one line of error, exit 3, and the good node is still shown. */
const refuses = test.macro({
  async exec(t, bad: string, error: RegExp) {
    const manifests = `${bad}---\n${nodeYAML('good')}---\n${closedYAML()}`;
    for (const command of ['list', 'tls check', 'inspect good', 'policy check']) {
      const { code, out, err } = await invoke(`${command} -f -`, manifests);
      t.is(code, 3, command);
      t.regex(err, /^error: -:\d+: [^\n]{1,400}\n$/, command);
      t.regex(err, error, command);
      t.regex(out, command === 'policy check' ? /^1 node checked/ : /\bgood\b/, command);
    }
  },
  title: title => `${title} is one error, and the rest is judged`,
});

const node = nodeYAML('bad');

test('text that is not YAML', refuses, 'a: [1\n', /-:\d: not YAML/);
test('a list', refuses, '- a\n', /-:1: .*an object, not a list/);
test('a number', refuses, '42\n', /-:1: .*an object, not 42/);
test('an unknown kind', refuses, node.replace('SeiNode', 'SeiNod'), /-:2: kind: .*did you mean SeiNode\?/);
test(
  'an unknown version',
  refuses,
  node.replace('v1alpha1', 'v9'),
  /-:1: apiVersion: .*must be sei\.io\/v1alpha1/,
);
test(
  'a node without a mode',
  refuses,
  node.replace('  fullNode: {}\n', ''),
  /-:5: spec: must set exactly one of .*not none/,
);
test('a node with two modes', refuses, nodeYAML('bad', '  archive: {}\n'), /not fullNode and archive/);
test('an image that is a list', refuses, node.replace('sei:1', '[1]'), /-:7: spec\.image: must be a string/);
test('a name in capitals', refuses, node.replace('bad', 'BAD'), /-:4: metadata\.name: "BAD" is no name/);
test(
  'a name with an escape',
  refuses,
  node.replace('bad', '"a\\e[31m"'),
  /metadata\.name: "a\\u001b\[31m" is no name/,
);
test(
  'an endless kind',
  refuses,
  node.replace('SeiNode', 'K'.repeat(100_000)),
  /-:2: kind: .*"K{57}\.\.\." is unknown/,
);
test(
  'a Secret that is not base64',
  refuses,
  secretYAML('s', '  tls.crt: "%%"\n'),
  /-:7: data\["tls\.crt"\]: is not base64/,
);
test('two nodes of one name', refuses, nodeYAML('good'), /SeiNode default\/good is already at -:1/);

test('an unknown field is a finding, not an error', async t => {
  const { code, out, err } = await invoke(
    'policy check -f -',
    `${nodeYAML('n0', '  fooBar: 1\n')}---\n${closedYAML()}`,
  );
  t.is(code, 0);
  t.is(err, '');
  t.regex(out, /^warning unknown-field {2}default\/n0 {2}-:9\n {2}spec\.fooBar is not a field/);
});

test('an empty directory and an empty file are said to be empty', async t => {
  const dir = directory(t, { 'empty.yaml': '' });
  mkdirSync(join(dir, 'sub'));
  const folder = await invoke(`list -f ${dir}/sub`);
  t.is(folder.code, 3);
  t.regex(folder.err, /^error: .*\/sub: the directory holds no manifest/);
  t.regex((await invoke(`list -f ${dir}/empty.yaml`)).err, /^error: .*empty\.yaml: no object was found/);
  t.regex((await invoke('list -f -')).err, /^error: -: standard input is empty/);
});

test('what is very long is cut in text for people and whole in JSON', async t => {
  const field = 'x'.repeat(100_000);
  const manifest = nodeYAML('n0', `  ? ${field}\n  : 1\n`);
  const { out } = await invoke('policy check -f -', manifest);
  t.true(out.length < 10_000);
  t.regex(out, /…\s+\(\d+\s+more\)/);
  const [finding] = JSON.parse((await invoke('policy check -f - -o json', manifest)).out).findings;
  t.is(finding.field, `spec.${field}`);
});

const withSecret = (data: Record<string, string>) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'sei.io/v1alpha1',
        kind: 'SeiNode',
        metadata: { name: 'good-ec', namespace: 'arctic' },
        spec: { chainId: 'c', image: 'i', fullNode: {}, sidecar: { tls: { secretName: 's' } } },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', namespace: 'arctic' },
        type: 'kubernetes.io/tls',
        data,
      },
    ],
  });

test('a bundle of 500 certificates is judged by its first', async t => {
  // tls.crt of an example is its leaf and its CA; 2,000 of them are more than the 1 MiB a Secret may hold.
  const { data = {} } = exampleSecret('good-ec');
  const bundle = Buffer.from(data['tls.crt'] ?? '', 'base64')
    .toString()
    .repeat(250);
  const tls = { ...data, 'tls.crt': Buffer.from(bundle).toString('base64') };
  const { code, out } = await invoke('inspect good-ec -f -', withSecret(tls));
  t.is(code, 0);
  t.regex(out, /Chain +the leaf and 499 more\n/);
  t.regex(out, /Ready +Ready\n/);
});

test('a Secret of more than 1 MiB is refused as the API server would', async t => {
  const tls = { 'tls.crt': Buffer.alloc(1.5 * 1024 * 1024).toString('base64'), 'tls.key': '' };
  const { code, err } = await invoke('tls check -f -', withSecret(tls));
  t.is(code, 3);
  t.regex(err, /data: must hold at most 1 MiB/);
});

test('inspect shows names that never count, escaped', async t => {
  const { out } = await invoke('inspect good-ec -f -', withSecret(certificateNaming('\u001b[2Jx')));
  t.regex(out, /Subject +.*CN=\\1b\[2Jx/);
  t.regex(out, / {2}missing +good-ec\.arctic\.svc\.cluster\.local\n/);
  t.regex(out, / {2}other +\\u001b\[2Jx\n/);
});
