import type { RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { fakeServer, json, kubeconfig, nodeList, seiNode, withoutNetwork } from '../cluster/fakes.ts';
import { invoke, type Outcome } from './terminal.ts';

const policy = {
  metadata: { name: 'closed', namespace: 'default' },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] },
};
const opening = {
  metadata: { name: 'opening', namespace: 'default' },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
};

/** A cluster with one node where the caller has no permission for some kinds. */
function cluster(forbidden: readonly string[], policies: readonly object[]): RequestListener {
  const nodes = withoutNetwork(json(nodeList([seiNode('n0')])));
  return (request, response) => {
    const plural = (request.url ?? '').split('?')[0]?.split('/').at(-1) ?? '';
    if (forbidden.includes(plural)) refused(request, response);
    else if (plural === 'networkpolicies') listed(policies)(request, response);
    else if (plural === 'n0') json(seiNode('n0'))(request, response);
    else nodes(request, response);
  };
}

const refused = json({ kind: 'Status', apiVersion: 'v1', reason: 'Forbidden', code: 403 }, 403);
const listed = (items: readonly object[]) => json({ kind: 'NetworkPolicyList', metadata: {}, items });

async function asked(
  t: ExecutionContext,
  command: string,
  forbidden: readonly string[],
  policies: readonly object[] = [],
): Promise<Outcome> {
  const { url } = await fakeServer(t, cluster(forbidden, policies));
  return invoke(`${command} --kubeconfig ${kubeconfig(t, { server: url })}`);
}

const all = ['networkpolicies', 'namespaces', 'pods', 'daemonsets'];

/** [what is forbidden, what policies there are, EXPOSED of `list`, its JSON] */
const cases: readonly (readonly [readonly string[], readonly object[], string, unknown])[] = [
  [[], [], '7777,9100', [7777, 9100]],
  [[], [policy], '-', []],
  [['networkpolicies'], [policy], '7777?,9100?', 'unknown'],
  [all, [policy], '7777?,9100?', 'unknown'],
  [all, [], '7777?,9100?', 'unknown'],
  [['namespaces', 'pods', 'daemonsets'], [], '7777,9100', [7777, 9100]],
  [['namespaces', 'pods', 'daemonsets'], [opening], '7777,9100', [7777, 9100]],
  [['daemonsets'], [policy], '7777?,9100?', 'unknown'],
];
for (const [forbidden, policies, cell, exposed] of cases) {
  const names = policies.map(({ metadata }: { metadata?: { name: string } }) => metadata?.name);
  test(`EXPOSED is ${cell} where policies are [${names}] and [${forbidden}] may not be read`, async t => {
    const { out } = await asked(t, 'list --no-headers', forbidden, policies);
    t.is(out.trimEnd().split(/ {2,}/).at(-2), cell);
    const { items } = JSON.parse((await asked(t, 'list -o json', forbidden, policies)).out);
    t.deepEqual(items[0].exposed, exposed);
  });
}

test('netpol reach says of a node whose policies may not be read neither open nor closed', async t => {
  for (const forbidden of [['networkpolicies'], all]) {
    const { code, out, err } = await asked(t, 'netpol reach n0', forbidden, [policy]);
    t.is(code, 3);
    t.regex(err, /no permission to list .*networkpolicies/);
    t.notRegex(out, /^ +(closed|exposed|open) /m);
    t.regex(out, /^ +unknown +everybody: (networkpolicies|namespaces) could not be read/m);
    const [item] = JSON.parse((await asked(t, 'netpol reach n0 -o json', forbidden, [policy])).out).items;
    t.false(item.isolated);
    t.deepEqual([item.from, item.denied], [[], []]);
    const from = await asked(t, 'netpol reach n0:7777 --from 192.0.2.1', forbidden, [policy]);
    t.is(from.code, 3);
    t.regex(from.out, / unknown +(networkpolicies|namespaces) could not be read/);
  }
});

test('netpol reach says of a node without a policy that nobody is kept out, where only pods may not be read', async t => {
  const { code, out } = await asked(t, 'netpol reach n0', ['pods']);
  t.is(code, 3);
  t.regex(out, /^ +unknown +everybody: pods could not be read/m);
  t.notRegex(out, /^ +exposed /m);
});

test('policy check says of a port whose policies may not be read that it cannot tell', async t => {
  const { code, out } = await asked(t, 'policy check -o json', all);
  t.is(code, 3);
  const { findings } = JSON.parse(out);
  const ours = findings.filter(({ rule }: { rule: string }) => /^netpol/.test(rule));
  t.true(ours.length > 0);
  for (const { severity, message } of ours) {
    t.is(severity, 'warning', message);
    t.regex(message, /cannot be told: .*networkpolicies could not be read/);
  }
});
