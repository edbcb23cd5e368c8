import test from 'ava';
import { selects } from '../../../core/network/label-selector.ts';
import type { LabelSelector, Labels, NetworkPolicy } from '../../../core/network/network-policy.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { classifier, readsNamespaces, surroundingsOf } from '../../../core/network/surroundings.ts';
import { targetsOf } from '../../../core/network/targets.ts';
import { fullNode, node } from '../plan/nodes.ts';

const controllers = 'sei-k8s-controller-system';
const named = (name: string) => ({ 'kubernetes.io/metadata.name': name });

function policy(namespace: string, spec: NetworkPolicy['spec'] = {}, name = 'np'): NetworkPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name }, spec };
}
function networkOf(...policies: NetworkPolicy[]) {
  const namespaces = new Map(['arctic', 'other', controllers, 'monitoring'].map(name => [name, named(name)]));
  return { policies, pods: [], namespaces, caveats: [] };
}

const decides: [title: string, policy: NetworkPolicy, isIn: boolean][] = [
  ['one of the namespace', policy('arctic'), true],
  ['one of another namespace', policy('other', { egress: [{}] }), false],
  ["one for egress of the controller's namespace", policy(controllers, { egress: [{}] }), true],
  ["one that lets nobody out of monitoring's", policy('monitoring', { policyTypes: ['Egress'] }), true],
  ['one for ingress there', policy(controllers, { ingress: [{}] }), false],
  [
    'one of rules that its types leave out',
    policy(controllers, { policyTypes: ['Ingress'], egress: [{}] }),
    false,
  ],
];
for (const [title, one, isIn] of decides) {
  test(`${title} ${isIn ? 'decides' : 'does not decide'} about nodes`, t => {
    t.is(surroundingsOf('arctic', networkOf(one), defaultParameters).policies.length, Number(isIn));
  });
}

test('policies are in the order of their keys, whichever was heard of first', t => {
  const [a, b, last] = [
    policy('arctic', {}, 'a'),
    policy('arctic', {}, 'b'),
    policy(controllers, { egress: [{}] }),
  ];
  for (const heard of [
    [last, b, a],
    [a, last, b],
  ]) {
    t.deepEqual(surroundingsOf('arctic', networkOf(...heard), defaultParameters).policies, [a, b, last]);
  }
});

test('labels of namespaces matter where a peer selects namespaces, in either direction', t => {
  const peer = { namespaceSelector: {} };
  t.true(readsNamespaces([policy('arctic', { ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }, peer] }] })]));
  t.true(readsNamespaces([policy('arctic'), policy('arctic', { egress: [{ to: [peer] }] })]));
  t.false(readsNamespaces([policy('arctic', { ingress: [{ from: [{ podSelector: {} }] }] })]));
});

const podOf = (name: string, labels: Labels, podIP = '10.0.0.1') => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'arctic', name: `${name}-0`, labels } },
  status: { podIP },
});
function classOf(from: NetworkPolicy, name: string, labels: Labels, podIP?: string): string {
  const [target] = targetsOf([node(fullNode, undefined, { name })], [podOf(name, labels, podIP)]);
  return classifier(networkOf(from), defaultParameters)(target!);
}

test('nodes are alike to policies that ask only whether they are nodes', t => {
  const all = policy('arctic', {
    podSelector: { matchExpressions: [{ key: 'sei.io/node', operator: 'Exists' }] },
  });
  const own = policy('arctic', { podSelector: { matchLabels: { 'sei.io/node': 'n0' } } });
  const isAlike = (from: NetworkPolicy, labels: Labels) =>
    classOf(from, 'n0', { 'sei.io/node': 'n0' }) === classOf(from, 'n1', labels);
  t.true(isAlike(all, { 'sei.io/node': 'n1', 'pod-index': '0' }));
  t.false(isAlike(all, {}));
  t.false(isAlike(own, { 'sei.io/node': 'n1' }));
});

test('addresses tell nodes apart only where an ipBlock may mean one', t => {
  const block = policy(controllers, { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  const classes = (from: NetworkPolicy) => ['10.0.0.1', '11.0.0.1'].map(ip => classOf(from, 'n0', {}, ip));
  t.is(new Set(classes(block)).size, 2);
  t.is(new Set(classes(policy('arctic'))).size, 1);
});

const labels = { app: 'a', empty: '' };
const selectors: [selector: LabelSelector, isMet: boolean][] = [
  [{}, true],
  [{ matchLabels: { app: 'a' } }, true],
  [{ matchLabels: { app: 'b' } }, false],
  [{ matchLabels: { toString: 'a' } }, false],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['b', 'a'] }] }, true],
  [{ matchExpressions: [{ key: 'gone', operator: 'In', values: ['a'] }] }, false],
  [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] }, false],
  [{ matchExpressions: [{ key: 'gone', operator: 'NotIn', values: ['a'] }] }, true],
  [{ matchExpressions: [{ key: 'empty', operator: 'Exists' }] }, true],
  [{ matchExpressions: [{ key: 'toString', operator: 'Exists' }] }, false],
  [{ matchExpressions: [{ key: 'gone', operator: 'DoesNotExist' }] }, true],
  [{ matchLabels: { app: 'a' }, matchExpressions: [{ key: 'empty', operator: 'DoesNotExist' }] }, false],
];
for (const [selector, isMet] of selectors) {
  test(`${JSON.stringify(selector)} is ${isMet ? '' : 'not '}met`, t =>
    t.is(selects(selector, labels), isMet));
}
