import test, { type ExecutionContext } from 'ava';
import {
  configMaps,
  namespaces,
  networkPolicies,
  persistentVolumeClaims,
  pods,
  type Resource,
  secretMetadata,
  secrets,
  seiNodes,
  services,
  statefulSets,
} from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Delta } from '../../core/watch/store.ts';
import { parametersMaps } from '../../operator/collections.ts';
import { Concern } from '../../operator/concern.ts';
import { fullNode, node, tls } from '../core/plan/nodes.ts';

const secured = (name: string, more: Partial<SeiNode['spec']> = {}) =>
  node({ ...fullNode, sidecar: tls, ...more }, undefined, { name });
const peers = [{ label: { selector: { role: 'seed' } } }];

function added(object: { metadata: { name: string; namespace: string } }): Delta {
  const { namespace, name } = object.metadata;
  return { type: 'added', key: `${namespace}/${name}`, object };
}
function gone(object: Parameters<typeof added>[0]): Delta {
  return { ...added(object), type: 'deleted' } as Delta;
}
function updated(object: SeiNode, before: SeiNode): Delta {
  return { ...added(object), type: 'updated', before } as Delta;
}
const object = (name: string, labels = {}) => ({ metadata: { name, namespace: 'arctic', labels } });
const ofN0 = (name: string) => object(name, { 'sei.io/node': 'n0' });

const claim = object('data-n0');
const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid: 'u-1', controller: true };
const ownClaim = { metadata: { ...claim.metadata, ownerReferences: [owner] } };

function knowing(...nodes: SeiNode[]): Concern {
  const concern = new Concern();
  for (const each of nodes) concern.of(seiNodes, added(each));
  return concern;
}

const rows: [title: string, resource: Resource, delta: Delta, keys: string[]][] = [
  [
    'a Secret concerns every node that names it',
    secrets,
    added(object('n0-tls')),
    ['arctic/n0', 'arctic/n1'],
  ],
  ['so does one of another type', secretMetadata, added(object('n0-tls')), ['arctic/n0', 'arctic/n1']],
  ['a Secret that nobody names concerns nobody', secrets, added(object('other')), []],
  ["a claim in the way of a node's own concerns it", persistentVolumeClaims, added(claim), ['arctic/n0']],
  ["a node's own claim is looked at by nobody", persistentVolumeClaims, added(ownClaim), []],
  ['an own claim that goes concerns its node', persistentVolumeClaims, gone(ownClaim), ['arctic/n0']],
  ['an imported claim concerns who imports it', persistentVolumeClaims, added(object('old')), ['arctic/n1']],
  ['a pod concerns the node that it is labelled with', pods, added(ofN0('n0-0')), ['arctic/n0']],
  ['so does a StatefulSet', statefulSets, added(ofN0('n0')), ['arctic/n0']],
  ["a StatefulSet in a node's way concerns it", statefulSets, added(object('n0')), ['arctic/n0']],
  ['an own Service is written and not read', services, added(ofN0('n0')), []],
  ['a Service that goes concerns its node', services, gone(ofN0('n0')), ['arctic/n0']],
  ['a ConfigMap that goes concerns its node', configMaps, gone(ofN0('n0-rbac-proxy-config')), ['arctic/n0']],
  ['whom a NetworkPolicy concerns the posture says', networkPolicies, added(object('np')), []],
  ['and a namespace', namespaces, added(object('arctic')), []],
  ['and the parameters', parametersMaps, added(ofN0('seinode-policy')), []],
];

function concerns(t: ExecutionContext, resource: Resource, delta: Delta, keys: string[]) {
  const imports = secured('n1', { dataVolume: { import: { pvcName: 'old' } } });
  const isAwaited = resource === secrets || resource === secretMetadata;
  const concerned = { now: keys, isAwaited, soon: [] };
  t.deepEqual(knowing(secured('n0'), imports).of(resource, delta), concerned);
}
for (const [title, ...given] of rows) test(title, concerns, ...given);

test('a node that names another Secret is concerned by it, and no more by the former', t => {
  const concern = knowing(secured('n0'));
  const renamed = secured('n0', { sidecar: { tls: { secretName: 'new' } } });
  concern.of(seiNodes, updated(renamed, secured('n0')));
  t.deepEqual(concern.of(secrets, added(object('n0-tls'))).now, []);
  t.deepEqual(concern.of(secrets, added(object('new'))).now, ['arctic/n0']);
});

test('somebody waits for a spec that was changed and for a deletion, not for a new node nor for its status', t => {
  const [first, second] = [1, 2].map(generation => {
    const node = secured('n0');
    return { ...node, metadata: { ...node.metadata, generation } };
  }) as [SeiNode, SeiNode];
  const isAwaited = (delta: Delta) => new Concern().of(seiNodes, delta).isAwaited;
  t.true(isAwaited(updated(second, first)));
  t.true(isAwaited({ ...added(first), type: 'deleted' }));
  t.false(isAwaited(added(first)));
  t.false(isAwaited(updated({ ...first, status: { phase: 'Running' } }, first)));
});

test('a node that is gone is concerned by nothing', t => {
  const concern = knowing(secured('n0'), secured('seeker', { peers }));
  concern.of(seiNodes, { ...added(secured('n0')), type: 'deleted' });
  concern.of(seiNodes, { ...added(secured('seeker', { peers })), type: 'deleted' });
  t.deepEqual([...concern.nodesNaming('arctic/n0-tls')], []);
  t.deepEqual(concern.of(seiNodes, added(secured('n2'))).soon, []);
});

test('who seeks peers by label hears soon of nodes that come, go or change their labels, and of no others', t => {
  const elsewhere = node({ ...fullNode, peers }, undefined, { name: 'far', namespace: 'pacific' });
  const concern = knowing(secured('seeker', { peers }), elsewhere, secured('n1'));
  const n2 = (labels: Record<string, string>, more = {}) =>
    node(fullNode, undefined, { name: 'n2', labels, ...more });
  const seed = { role: 'seed' };
  const soon = (delta: Delta) => concern.of(seiNodes, delta).soon;
  t.deepEqual(soon(added(n2({}))), []);
  t.deepEqual(soon(updated(n2(seed), n2({}))), ['arctic/seeker']);
  t.deepEqual(soon(updated({ ...n2(seed), status: { phase: 'Running' } }, n2(seed))), []);
  t.deepEqual(soon(updated(n2({ ...seed, more: 'x' }), n2(seed))), []);
  const going = n2(seed, { deletionTimestamp: '2026-05-01T12:00:00Z' });
  t.deepEqual(soon(updated(going, n2(seed))), ['arctic/seeker']);
  t.deepEqual(soon({ ...added(going), type: 'deleted' }), []);
  t.deepEqual(soon(added(n2(seed))), ['arctic/seeker']);
  t.deepEqual(soon({ ...added(n2(seed)), type: 'deleted' }), ['arctic/seeker']);
  t.deepEqual(soon(updated(secured('seeker', { peers: [] }), secured('seeker', { peers }))), []);
  t.deepEqual(soon(added(n2(seed))), []);
});

test('a pod whose label is changed concerns the node that it was of', t => {
  const pod = { ...added(object('n0-0', { 'sei.io/node': 'n1' })), type: 'updated', before: ofN0('n0-0') };
  t.deepEqual(knowing(secured('n0')).of(pods, pod as Delta).now, ['arctic/n0', 'arctic/n1']);
});

const changes: [title: string, resource: Resource, before: object, after: object, isNews: boolean][] = [
  ['a pod that starts', pods, { status: { phase: 'Pending' } }, { status: { phase: 'Running' } }, true],
  [
    'a sidecar that is ready',
    pods,
    { status: { initContainerStatuses: [{ name: 'sei-sidecar', ready: false }] } },
    { status: { initContainerStatuses: [{ name: 'sei-sidecar', ready: true }] } },
    true,
  ],
  ['a pod that is scheduled', pods, { spec: {} }, { spec: { nodeName: 'kubelet' } }, false],
  [
    'another image of a pod',
    pods,
    { spec: { containers: [{ image: 'a' }] } },
    { spec: { containers: [{ image: 'b' }] } },
    true,
  ],
  ['a new revision', statefulSets, { status: {} }, { status: { updateRevision: 'r' } }, true],
  ['a template that was seen', statefulSets, { status: {} }, { status: { observedGeneration: 2 } }, true],
  ['a count of replicas', statefulSets, { status: {} }, { status: { readyReplicas: 1 } }, false],
];
for (const [title, resource, before, after, isNews] of changes) {
  test(`${title} is ${isNews ? 'news' : 'none'}`, t => {
    const delta = {
      type: 'updated',
      key: 'arctic/n0',
      object: { ...ofN0('n0'), ...after },
      before: { ...ofN0('n0'), ...before },
    };
    t.deepEqual(knowing(secured('n0')).of(resource, delta as Delta).now, isNews ? ['arctic/n0'] : []);
  });
}
