import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import { questionOf } from '../../core/network/classes.ts';
import type { Network, NetworkPod } from '../../core/network/network.ts';
import { defaultParameters, type Labels, type NetworkPolicy } from '../../core/network/network-policy.ts';
import { targetsOf } from '../../core/network/targets.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { createJudge } from '../../wasm/judge.ts';
import { mutations } from './mutations.ts';

const file = join(import.meta.dirname, '../../examples/networkpolicy/networkpolicy.yaml');
const written = load(readFileSync(file, 'utf8')) as NetworkPolicy;
const template = { ...written, metadata: { ...written.metadata, namespace: 'arctic' } };
const judge = createJudge();

test('the template itself is clean', t => {
  t.deepEqual(found([template], pods), []);
  t.deepEqual(found([template], []), []);
});

for (const { mistake, policies, rules, byPods = [] } of mutations) {
  test(`${mistake}: ${rules.join(' and ')}, whether the pods are there already or not`, t => {
    t.deepEqual(found(policies(template), pods), rules);
    const untold: readonly string[] = byPods;
    t.deepEqual(
      found(policies(template), []),
      rules.filter(rule => !untold.includes(rule)),
    );
  });
}

test('there are mistakes enough, and each is one', t => {
  t.true(mutations.length >= 50);
  for (const { mistake, policies } of mutations) {
    t.notDeepEqual(policies(template), [template], mistake);
  }
});

/** The rules that find an error at a node under TLS or one without, sorted. */
function found(policies: readonly NetworkPolicy[], pods: readonly NetworkPod[]): string[] {
  const { input } = questionOf(around(policies, pods), targetsOf(nodes, pods), defaultParameters);
  const violations = judge.networkViolations(input);
  if (!violations.ok) throw new Error(violations.error);
  const errors = violations.value.filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ rule }) => names[rule] ?? rule))].sort();
}

const names: Readonly<Record<string, string>> = {
  'netpol-tasks-port': 'tasks',
  'netpol-public-port': 'public',
  'netpol-blocked': 'blocked',
};

const nodes: readonly SeiNode[] = [node('n0', { tls: { secretName: 'n0-tls' } }), node('n1', {})];
const pods: readonly NetworkPod[] = [
  pod('sei-k8s-controller-system', 'controller', {
    'control-plane': 'controller-manager',
    'app.kubernetes.io/name': 'sei-k8s-controller',
  }),
  pod('monitoring', 'prometheus', { app: 'prometheus' }),
  pod('default', 'curl', {}),
];

function around(policies: readonly NetworkPolicy[], pods: readonly NetworkPod[]): Network {
  const namespaces = ['arctic', ...pods.map(({ metadata }) => metadata.namespace)];
  const labels = (name: string): Labels => ({ 'kubernetes.io/metadata.name': name });
  return { policies, pods, namespaces: new Map(namespaces.map(name => [name, labels(name)])), caveats: [] };
}

function node(name: string, sidecar: NonNullable<SeiNode['spec']['sidecar']>): SeiNode {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { namespace: 'arctic', name },
    spec: { chainId: 'arctic-1', image: 'seid', fullNode: {}, sidecar },
  };
}

function pod(namespace: string, name: string, labels: Labels): NetworkPod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    status: { podIP: '10.0.0.1' },
  };
}
