import type { RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { defaultParameters } from '../../core/network/network-policy.ts';
import { parametersFor } from '../../plugin/parameters.ts';
import { client, fakeServer, json, kubeconfig } from '../cluster/fakes.ts';
import { directory } from './source/manifests.ts';

const head = 'apiVersion: seinode.sei.io/v1\nkind: PolicyParameters\n';
const other = { namespaceSelector: {}, podSelector: { matchLabels: { app: 'other' } } };
const text = `${head}controller:\n  namespaceSelector: {}\n  podSelector:\n    matchLabels: {app: other}\n`;

/** Asks with these flags. @param cluster what it answers for the operator's ConfigMap; without one, files are read. */
async function ask(
  t: ExecutionContext,
  flags: object,
  { cluster, stdin = '' }: { cluster?: RequestListener; stdin?: string } = {},
) {
  const lines: string[] = [];
  const terminal = {
    error: (line: string) => lines.push(line),
    stdin: async () => new TextEncoder().encode(stdin),
  };
  const fake = cluster && (await fakeServer(t, cluster));
  const opened = fake && client(t, kubeconfig(t, { server: fake.url }));
  const options = { v: '0', ...flags } as never;
  return {
    ...(await parametersFor(options, terminal as never, opened)),
    lines,
    seen: fake?.seen.map(({ url }) => url),
  };
}

const configMap = (data: object) => json({ kind: 'ConfigMap', data });
const path = '/api/v1/namespaces/sei-k8s-controller-system/configmaps/seinode-policy';
const refused = (code: number, reason: string) => json({ kind: 'Status', reason, code }, code);

test('a file says who may connect, and no cluster is asked', async t => {
  const file = `${directory(t, { p: text })}/p`;
  const { parameters, faults, seen } = await ask(t, { parameters: file }, { cluster: configMap({}) });
  t.deepEqual(faults, []);
  t.deepEqual(parameters, { ...defaultParameters, controller: other });
  t.deepEqual(seen, []);
});

test('standard input says so too, but not what -f reads there already', async t => {
  t.deepEqual((await ask(t, { parameters: '-' }, { stdin: text })).parameters.controller, other);
  await t.throwsAsync(ask(t, { parameters: '-', filename: ['-'] }), {
    message: '-f and --parameters cannot both read standard input; name a file for one of them',
  });
});

test('without a file and without a cluster the defaults hold', async t => {
  t.deepEqual((await ask(t, {})).parameters, defaultParameters);
});

test("a cluster is asked for the operator's own", async t => {
  const { parameters, faults, lines, seen } = await ask(
    t,
    { v: '1' },
    { cluster: configMap({ 'parameters.yaml': text }) },
  );
  t.deepEqual(faults, []);
  t.deepEqual(parameters.controller, other);
  t.deepEqual(lines, ['parameters: ConfigMap sei-k8s-controller-system/seinode-policy']);
  t.deepEqual(seen, [path]);
});

for (const [title, cluster] of [
  ['is not there', refused(404, 'NotFound')],
  ['may not be read', refused(403, 'Forbidden')],
  ['has another key', configMap({ 'parameters.yml': text })],
  ['holds nothing', json({ kind: 'ConfigMap' })],
] as const) {
  test(`where the ConfigMap ${title} the defaults hold, and -v 1 says so`, async t => {
    const { parameters, faults, lines } = await ask(t, { v: '1' }, { cluster });
    t.deepEqual(faults, []);
    t.deepEqual(parameters, defaultParameters);
    t.deepEqual(lines, [
      'parameters: the defaults, there is no ConfigMap sei-k8s-controller-system/seinode-policy to be read',
    ]);
    t.deepEqual((await ask(t, {}, { cluster })).lines, []);
  });
}

test('a fault of either has its place and its field', async t => {
  const wrong = `${head}monitoring:\n  namespaceSelector:\n    matchLabels: {a: y}\n`;
  const place = { line: 5, field: 'monitoring.namespaceSelector.matchLabels.a' };
  const file = `${directory(t, { p: wrong })}/p`;
  t.like((await ask(t, { parameters: file })).faults, { 0: { file, ...place }, length: 1 });
  const inCluster = await ask(t, {}, { cluster: configMap({ 'parameters.yaml': wrong }) });
  t.like(inCluster.faults[0], {
    file: 'ConfigMap sei-k8s-controller-system/seinode-policy, parameters.yaml',
    ...place,
  });
});

for (const [title, wrong, message] of [
  ['no document', '# nothing\n', /one document is expected, PolicyParameters, not 0/],
  ['two documents', `${text}---\n${text}`, /not 2/],
  ['a list', '- a\n', /must be an object/],
  ['broken YAML', 'a: [', /not YAML/],
  ['no file', undefined, /cannot be read: it does not exist/],
] as const) {
  test(`${title} in place of the parameters is one fault`, async t => {
    const files: Record<string, string> = wrong === undefined ? {} : { p: wrong };
    const { faults } = await ask(t, { parameters: `${directory(t, files)}/p` });
    t.is(faults.length, 1);
    t.regex(faults[0]?.message ?? '', message);
  });
}
