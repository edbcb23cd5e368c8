import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse, parseAllDocuments } from 'yaml';
import type { NetworkPolicy } from '../../core/network/network-policy.ts';
import { temporaryDirectory } from '../directory.ts';
import { manifests, node, pod } from './reach-network.ts';
import { invoke } from './terminal.ts';

// No kubeconfig names a cluster.
process.env.KUBECONFIG = '/dev/null';

const example = join(import.meta.dirname, '../../examples/networkpolicy/networkpolicy.yaml');
const [nodes = ''] = manifests.split('---\napiVersion: networking');

test('the example is the template for the defaults', async t => {
  const { code, out, err } = await invoke('netpol template');
  t.deepEqual({ code, err }, { code: 0, err: '' });
  t.is(out, readFileSync(example, 'utf8'));
});

test('-n names the namespace, and -o json is the same policy', async t => {
  const { out } = await invoke('netpol template -n arctic');
  const policy = parse(out) as NetworkPolicy;
  t.is(policy.metadata.namespace, 'arctic');
  t.deepEqual(JSON.parse((await invoke('netpol template -n arctic -o json')).out), policy);
});

test('applied, it is found clean, and closes what was open', async t => {
  const { out } = await invoke('netpol template -f -', nodes);
  const closed = `${nodes}\n---\n${out}`;
  const check = await invoke('policy check -f - -o json', closed);
  const { findings } = JSON.parse(check.out) as { findings: readonly { readonly rule: string }[] };
  t.deepEqual(
    findings.filter(({ rule }) => rule.startsWith('netpol-')),
    [],
  );
  const ask = 'netpol reach n1:8443 -f - --from default/curl';
  t.is((await invoke(ask, nodes)).code, 0);
  t.is((await invoke(ask, closed)).code, 1);
});

test('tasks ports that nodes without TLS have elsewhere are in it, once, sorted', async t => {
  const moved = [
    node('a', 'sidecar: {port: 7071}'),
    node('b', 'sidecar: {port: 7070}'),
    node('c', 'sidecar: {port: 7071}'),
    node('d', 'sidecar: {port: 7072, tls: {secretName: s}}'),
  ];
  const { out } = await invoke('netpol template -f -', moved.join('\n'));
  t.deepEqual(portsOf(parse(out), 0), [8443, 7777, 7070, 7071]);
});

test('there is one policy for each namespace of nodes, or for the one asked for', async t => {
  const elsewhere = nodes.replaceAll('namespace: arctic', 'namespace: baltic');
  const namespaces = async (flags: string) => {
    const { out } = await invoke(`netpol template -f - ${flags}`, nodes + elsewhere);
    return parseAllDocuments(out).map(document => document.getIn(['metadata', 'namespace']));
  };
  t.deepEqual(await namespaces(''), ['arctic', 'baltic']);
  t.deepEqual(await namespaces('-n baltic'), ['baltic']);
  const { out } = await invoke('netpol template -f - -o json', nodes + elsewhere);
  t.like(JSON.parse(out), { apiVersion: 'v1', kind: 'List' });
});

test('parameters name who may connect, and what they allow besides is a rule of its own', async t => {
  const peer = (namespace: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: {},
  });
  const parameters = join(temporaryDirectory('parameters'), 'parameters.json');
  const document = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyParameters' };
  const allow = [{ ports: [9100, 8443], from: peer('debug') }];
  writeFileSync(parameters, JSON.stringify({ ...document, controller: peer('own'), allow }));
  const { out } = await invoke(`netpol template --parameters ${parameters}`);
  const policy = parse(out) as NetworkPolicy;
  t.deepEqual(policy.spec?.ingress?.[0]?.from, [peer('own')]);
  t.deepEqual(policy.spec?.ingress?.[2]?.from, [peer('debug')]);
  t.deepEqual(portsOf(policy, 2), [9100, 8443]);
  t.regex(out, /^ {4}# 3: seid/m);
});

test('a cluster that is named and cannot be asked is said, and exits 3', async t => {
  const { code, out, err } = await invoke('netpol template --context nowhere');
  t.is(code, 3);
  t.is(out, readFileSync(example, 'utf8'));
  t.regex(
    err,
    /^error: no context is named "nowhere".*; the policy names no tasks port that a node has elsewhere/,
  );
});

test('a pod without a node and files without one leave the template as it is', async t => {
  const { code, out } = await invoke('netpol template -f -', pod('default', 'curl', '{}', '10.0.0.1'));
  t.is(code, 0);
  t.is(out, readFileSync(example, 'utf8'));
});

function portsOf(policy: NetworkPolicy, rule: number) {
  return policy.spec?.ingress?.[rule]?.ports?.map(({ port }) => port);
}
