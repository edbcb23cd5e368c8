import test from 'ava';
import type { Finding } from '../../plugin/findings.ts';
import { fakeServer, json, kubeconfig, nodeList, seiNode, withoutNetwork } from '../cluster/fakes.ts';
import { closedYAML, directory, nodeYAML } from './source/manifests.ts';
import { examples, invoke } from './terminal.ts';

// In the examples a forgotten policy, debug, opens the tasks port of tls-off.
const debug = `policy check -f ${examples}/tls-off.yaml -f ${examples}/network.yaml`;
const message =
  '7777 is open beyond the controller: ingress[0].from[0] of NetworkPolicy arctic/debug lets in ';

test('a finding is about the node, and stands at the peer of the policy that is to be mended', async t => {
  const { findings } = JSON.parse((await invoke(`${debug} -o json`)).out) as { findings: Finding[] };
  t.is(findings.length, 1);
  t.like(findings[0], {
    rule: 'netpol-tasks-port',
    severity: 'error',
    object: { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', namespace: 'arctic', name: 'tls-off' },
    field: 'spec.ingress[0].from[0]',
    file: `${examples}/network.yaml`,
    line: 46,
  });
  t.true(findings[0]?.message.startsWith(message));
});

for (const [format, place] of [
  ['table', `error netpol-tasks-port  arctic/tls-off  ${examples}/network.yaml:46\n`],
  [
    'github',
    '::error file=examples/fleet/network.yaml,line=46,title=netpol-tasks-port%3A SeiNode arctic/tls-off::',
  ],
  ['junit', `${examples}/network.yaml:46: error netpol-tasks-port: ${message}`],
] as const) {
  test(`-o ${format} says that place`, async t => {
    const { out } = await invoke(`${debug} -o ${format}`);
    // A terminal may be narrower than a line.
    t.true(out.replaceAll('\n  /', '  /').includes(place), out);
  });
}

test('-o sarif says that place', async t => {
  const [result] = JSON.parse((await invoke(`${debug} -o sarif`)).out).runs[0].results;
  t.like(result.locations[0].physicalLocation, {
    artifactLocation: { uri: 'examples/fleet/network.yaml' },
    region: { startLine: 46 },
  });
  t.is(result.locations[0].logicalLocations[0].fullyQualifiedName, 'arctic/tls-off');
});

test('-o wide says what kubectl mends it with, in policy check and in inspect', async t => {
  const patch =
    /kubectl patch networkpolicy -n arctic debug --type json --patch-file FILE, with this in FILE:\n {4}- op: test\n(?: {5,}.*\n)+ {4}- op: remove\n {6}path: \/spec\/ingress\/0\n/;
  const files = debug.replace('policy check', 'inspect tls-off');
  for (const command of [debug, files]) {
    t.regex((await invoke(`${command} -o wide`)).out, patch);
    t.notRegex((await invoke(command)).out, /kubectl patch/);
  }
  const { out } = await invoke('policy check -f - -o wide', nodeYAML('n0'));
  t.regex(out, /kubectl apply -f FILE, with this in FILE:\n {4}apiVersion: networking\.k8s\.io\/v1\n/);
});

test('details come in one order, at every depth', async t => {
  const { findings } = JSON.parse((await invoke(`${debug} -o json`)).out) as { findings: Finding[] };
  const [{ details } = { details: {} }] = findings;
  t.like(details, { openings: { 1: { example: { pod: { app: 'debug' } } } } });
  t.deepEqual(unsorted(details), []);
});

/** The keys of objects in a value that are not in order. */
function unsorted(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  const inOrder = keys.join() === keys.toSorted().join();
  return [...(inOrder ? [] : [keys]), ...Object.values(value).flatMap(unsorted)];
}

const head = 'apiVersion: seinode.sei.io/v1\nkind: PolicyParameters\n';
const everybody = `${head}controller: {namespaceSelector: {}, podSelector: {}}\nmonitoring: {namespaceSelector: {}}\n`;
const otherwise = `${head}monitoring: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: else}}}\n`;
const closed = `${nodeYAML('n0')}---\n${closedYAML()}`;

test('--parameters decides who may connect', async t => {
  const rules = async (text: string) => {
    const file = `${directory(t, { p: text })}/p`;
    const { code, out } = await invoke(`policy check -f - -o json --parameters ${file}`, closed);
    return [code, Object.keys(JSON.parse(out).summary.byRule)];
  };
  t.deepEqual(await rules(head), [0, []]);
  t.deepEqual(await rules(otherwise), [1, ['netpol-blocked', 'netpol-public-port']]);
  t.deepEqual(await rules(everybody), [0, ['netpol-blocked']]);
});

for (const command of ['policy check', 'inspect n0', 'netpol reach n0', 'netpol template', 'list']) {
  test(`${command} with broken parameters is one error with its place, and exits 3`, async t => {
    const file = `${directory(t, { p: `${head}monitor: {}\n` })}/p`;
    const { code, out, err } = await invoke(`${command} -f - --parameters ${file}`, closed);
    t.is(code, 3);
    t.regex(err, /^error: [^\n]+\/p:3: monitor: [^\n]+\n$/);
    t.regex(out, command === 'list' ? /^NAME .*\nn0 .* unknown +-\n$/ : /^$/);
  });
}

const configMap = '/api/v1/namespaces/sei-k8s-controller-system/configmaps/seinode-policy';
const asked = [
  [
    'as the ConfigMap says',
    json({ kind: 'ConfigMap', data: { 'parameters.yaml': otherwise } }),
    0,
    '9100',
    /^$/,
  ],
  ['by default where it may not be seen', json({ kind: 'Status', code: 403 }, 403), 0, '-', /^$/],
  [
    'not at all where it cannot be read',
    json({ kind: 'Status', code: 400 }, 400),
    3,
    'unknown',
    /^error: [^\n]+seinode-policy[^\n]+\n$/,
  ],
] as const;
for (const [title, answer, code, cell, said] of asked) {
  test(`list judges who may connect over a cluster ${title}`, async t => {
    const policies = json({ kind: 'NetworkPolicyList', items: [JSON.parse(closedYAML())] });
    const rest = withoutNetwork(json(nodeList([seiNode('n0')])));
    const fake = await fakeServer(t, (request, response) => {
      const path = (request.url ?? '').split('?')[0];
      const policy = path === '/apis/networking.k8s.io/v1/networkpolicies' ? policies : rest;
      (path === configMap ? answer : policy)(request, response);
    });
    const config = kubeconfig(t, { server: fake.url });
    const shown = await invoke(`list --no-headers --kubeconfig ${config}`);
    t.is(shown.code, code, shown.err);
    t.is(shown.out.split(/ {2,}/)[6], cell);
    t.regex(shown.err, said);
  });
}
