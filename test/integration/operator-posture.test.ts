import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { namespaces, networkPolicies, pathOf, pods, seiNodes } from '../../cluster/resource.ts';
import { sidecarNetworkPolicyReady as posture } from '../../core/conditions.ts';
import type { NetworkPolicy } from '../../core/network/network-policy.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { followAll } from '../follow.ts';
import { type Place, tls } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

const file = join(import.meta.dirname, '../../examples/networkpolicy/networkpolicy.yaml');
const template = load(readFileSync(file, 'utf8')) as NetworkPolicy;
type Spec = NonNullable<NetworkPolicy['spec']>;
const { podSelector, ingress = [] } = template.spec!;

/** The template with one more rule. */
function opened(rule: NonNullable<Spec['ingress']>[number]): NetworkPolicy {
  return { ...template, spec: { ...template.spec, ingress: [...ingress, rule] } };
}

/** Does something, and waits until the condition says what it should. @returns after how many milliseconds. */
async function seen(
  t: ExecutionContext,
  place: Place,
  wanted: string,
  act: () => Promise<unknown>,
  words?: RegExp,
) {
  const begun = performance.now();
  await act();
  await place.says(posture, wanted, words);
  const took = performance.now() - begun;
  t.log(`${wanted} after ${Math.round(took)} ms`);
  t.true(took < 30_000, `${wanted} after ${Math.round(took)} ms`);
}

function labelNamespace(name: string, labels: Record<string, string | null>) {
  return bed().controlPlane.call('PATCH', pathOf({ resource: namespaces, name }), { metadata: { labels } });
}

test('a node that nothing isolates says so with its first status; the template closes it, and without it it is open again', async t => {
  const place = await inNamespace('open');
  const statuses: (SeiNode['status'] | undefined)[] = [];
  const over = new AbortController();
  t.teardown(() => over.abort());
  void followAll<SeiNode>(bed().controlPlane, seiNodes, over.signal, ({ metadata, status }) => {
    if (metadata.namespace === place.namespace && status !== undefined) statuses.push(status);
  });
  await place.node();
  const { status } = await place.runs();
  t.is(conditionOf(statuses[0], posture)?.reason, 'Open');
  t.regex(
    conditionOf(status, posture)?.message ?? '',
    /^7777 is open beyond the controller: no NetworkPolicy isolates/,
  );
  await place.told('Warning', 'SidecarNetworkPolicyNotReady');
  const pod = place.podOf();
  await seen(t, place, 'True Ready', () => place.create(networkPolicies, template));
  await place.told('Normal', 'SidecarNetworkPolicyReady');
  await seen(t, place, 'False Open', () => place.remove(networkPolicies, 'seinodes'));
  t.is(place.podOf(), pod);
});

test('a node under TLS is judged by its proxy’s port, and held back by nothing', async t => {
  const place = await inNamespace('closed');
  await place.create(networkPolicies, opened({ ports: [{ port: 7777 }] }));
  await place.provide(await place.pair());
  await place.node(tls);
  await place.runs();
  await place.says(posture, 'True Ready');
  const rule = opened({ ports: [{ port: 8443 }], from: [{ podSelector: {} }] });
  const open = () => place.patch(networkPolicies, 'seinodes', { spec: rule.spec });
  await seen(t, place, 'False Open', open, /8443.*ingress\[3\]\.from\[0\] of NetworkPolicy closed\/seinodes/);
});

test('a policy that keeps the controller out is told', async t => {
  const place = await inNamespace('blocked');
  await place.node();
  await place.says(posture, 'False Open');
  const [, ...others] = ingress;
  const without = { ...template, spec: { ...template.spec, ingress: others } };
  await seen(t, place, 'False Blocked', () => place.create(networkPolicies, without), /controller/);
});

for (const [what, labels] of [
  ['loses its label', { 'sei.io/node': null }],
  ['gets another chain', { 'sei.io/chain': 'other' }],
] as const) {
  test(`a pod that ${what} leaves the policies, and comes back to them`, async t => {
    const place = await inNamespace(`pod-${Object.keys(labels)[0]!.slice('sei.io/'.length)}`);
    const ofChain = {
      matchExpressions: podSelector!.matchExpressions!,
      matchLabels: { 'sei.io/chain': 'arctic-1' },
    };
    await place.create(networkPolicies, { ...template, spec: { ...template.spec, podSelector: ofChain } });
    await place.node();
    await place.runs();
    await place.says(posture, 'True Ready');
    const pod = place.podOf();
    const label = (labels: object) => place.patch(pods, 'n0-0', { metadata: { labels } });
    await seen(t, place, 'False Open', () => label(labels));
    await seen(t, place, 'True Ready', () => label({ 'sei.io/node': 'n0', 'sei.io/chain': 'arctic-1' }));
    t.is(place.podOf(), pod);
  });
}

test('a label of a namespace opens a peer, and closes it again', async t => {
  const place = await inNamespace('labelled');
  await inNamespace('guests');
  const matchExpressions = [
    { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['guests'] },
    { key: 'trusted', operator: 'Exists' },
  ] as const;
  const rule = { ports: [{ port: 9100 }], from: [{ namespaceSelector: { matchExpressions } }] };
  await place.create(networkPolicies, opened(rule));
  await place.node();
  await place.says(posture, 'True Ready');
  await seen(t, place, 'False Open', () => labelNamespace('guests', { trusted: 'yes' }), /9100/);
  await seen(t, place, 'True Ready', () => labelNamespace('guests', { trusted: null }));
});
