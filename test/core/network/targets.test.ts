import test from 'ava';
import fc from 'fast-check';
import type { NetworkPod } from '../../../core/network/network.ts';
import { guardedPorts, targetKey, targetsOf } from '../../../core/network/targets.ts';
import { podTemplate } from '../../../core/resources/pod-template.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { arbitraryNode } from '../resources/arbitrary-node.ts';
import { node, settings } from '../resources/nodes.ts';

const tls = { tls: { secretName: 's' } };
const ports: readonly (readonly [string, SeiNode['spec']['sidecar'], readonly string[]])[] = [
  ['under TLS 8443 and 9100 are guarded', tls, ['tasks 8443', 'public 9100']],
  ['without TLS 7777 and 9100 are', {}, ['tasks 7777', 'public 9100']],
  ['a tasks port that was moved is, without TLS', { port: 7070 }, ['tasks 7070', 'public 9100']],
  ['under TLS it is loopback', { ...tls, port: 7070 }, ['tasks 8443', 'public 9100']],
];
for (const [title, sidecar, expected] of ports) {
  test(title, t => {
    const found = guardedPorts(nodeWith(sidecar));
    t.deepEqual(
      found.map(({ guard, port }) => `${guard} ${port}`),
      expected,
    );
  });
}

test('a report says 8443 and 9100 of every pod, and the tasks port where TLS is off', t => {
  const asked = (sidecar: SeiNode['spec']['sidecar']) =>
    targetsOf([nodeWith(sidecar)], []).map(({ ports }) => ports.map(({ port }) => port));
  t.deepEqual(asked(tls), [[8443, 9100]]);
  t.deepEqual(asked({}), [[7777, 8443, 9100]]);
});

test('a node without its pod counts as the pod that it would make: labels and ports of core/resources', t => {
  fc.assert(
    fc.property(arbitraryNode, node => {
      const [target] = targetsOf([node], []);
      const { metadata, spec } = podTemplate(node, settings);
      t.deepEqual(target?.labels, metadata.labels);
      t.deepEqual(portsIn(target?.containers ?? []), portsIn(spec.containers));
      t.deepEqual(portsIn(target?.initContainers ?? []), portsIn(spec.initContainers));
      t.true(target?.initContainers.every(({ restartPolicy }) => restartPolicy === 'Always'));
    }),
    { seed: 8, numRuns: 100 },
  );
});

const pods: readonly (readonly [string, readonly NetworkPod[], readonly string[]])[] = [
  ['a pod of that name takes its place', [pod('n0-0', { 'sei.io/node': 'n0' })], ['arctic/n0-0']],
  ['also where it has lost its label', [pod('n0-0', {})], ['arctic/n0-0']],
  ['another pod with the label is a target beside it', [pod('job', { 'sei.io/node': 'n0' })], both('job')],
  [
    'a pod whose node is not in sight is a target',
    [pod('lost-0', { 'sei.io/node': 'lost' })],
    both('lost-0'),
  ],
  ['a pod without the label is none', [pod('curl', { app: 'curl' })], ['arctic/n0-0']],
];
for (const [title, there, expected] of pods) {
  test(title, t => {
    t.deepEqual(targetsOf([nodeWith({})], there).map(targetKey), expected);
  });
}

test('what ports a pod names says whether TLS is on, where its node is not in sight', t => {
  const asked = (name: string, containerPort: number) => {
    const containers = [{ ports: [{ name, containerPort }] }];
    const [target] = targetsOf([], [{ ...pod('n0-0', { 'sei.io/node': 'n0' }), spec: { containers } }]);
    return target?.ports.map(({ port, guard }) => `${port} ${guard}`);
  };
  t.deepEqual(asked('api', 8443), ['8443 tasks', '9100 public']);
  t.deepEqual(asked('sidecar', 7070), ['7070 tasks', '8443 undefined', '9100 public']);
  t.deepEqual(asked('http', 80), ['7777 tasks', '8443 undefined', '9100 public']);
});

function nodeWith(sidecar: SeiNode['spec']['sidecar']): SeiNode {
  const { spec, ...rest } = node();
  return {
    ...rest,
    metadata: { name: 'n0', namespace: 'arctic' },
    spec: { ...spec, ...(sidecar && { sidecar }) },
  };
}

function pod(name: string, labels: Readonly<Record<string, string>>): NetworkPod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'arctic', name, labels } };
}

function both(name: string): string[] {
  return [`arctic/${name}`, 'arctic/n0-0'].toSorted();
}

function portsIn(containers: readonly { readonly ports?: readonly object[] }[]): object[] {
  return containers.flatMap(({ ports = [] }) => ports);
}
