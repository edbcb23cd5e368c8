import test from 'ava';
import { namespaces, networkPolicies, pods, type Resource } from '../../../cluster/resource.ts';
import type { Caveat } from '../../../core/network/network.ts';
import { defaultParameters, type Labels, type NetworkPolicy } from '../../../core/network/network-policy.ts';
import type { NetworkInput } from '../../../core/network/question.ts';
import { failure, success } from '../../../core/result.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import type { Delta } from '../../../core/watch/store.ts';
import type { KnownNetwork } from '../../../operator/posture/known-network.ts';
import { Posture } from '../../../operator/posture/posture.ts';
import { unavailable } from '../../../operator/posture/view.ts';
import { fullNode, node } from '../../core/plan/nodes.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const controllers = 'sei-k8s-controller-system';

type Spec = NonNullable<NetworkPolicy['spec']>;

/** A cluster in small, and rules that find a node open unless a policy of its namespace selects something. */
class World {
  readonly clock = new VirtualClock();
  nodes: SeiNode[] = ['n0', 'n1', 'n2'].map(name => node(fullNode, undefined, { name }));
  readonly policies = new Map<string, NetworkPolicy>();
  readonly labels = new Map<string, Labels>([[controllers, { 'kubernetes.io/metadata.name': controllers }]]);
  readonly pods = new Map<string, object>();
  caveats: Caveat[] = [];
  known: KnownNetwork | undefined | 'all' = 'all';
  /** What the rules were asked. */
  readonly asked: NetworkInput[] = [];
  fault: string | undefined;
  /** Milliseconds that an answer takes. */
  slow = 0;
  /** Whose nodes another replica works. */
  given: string | undefined;
  readonly changed: string[] = [];
  readonly troubles: string[] = [];
  readonly posture = new Posture({
    judge: { networkViolations: network => this.#judge(network) },
    objects: {
      cached: (resource, namespace, name) =>
        (resource === pods ? this.pods.get(`${namespace}/${name}`) : undefined) as never,
      nodes: () => this.nodes,
    },
    known: () => (this.known === 'all' ? this.#all() : this.known),
    clock: { now: () => this.clock.now, after: this.clock.after },
    works: namespace => namespace !== this.given,
    changed: key => this.changed.push(key),
    troubled: why => this.troubles.push(why),
  });

  #all(): KnownNetwork {
    const { caveats, labels } = this;
    const network = { policies: [...this.policies.values()], pods: [], namespaces: labels, caveats };
    const labelsOf = (namespace: string) => labels.get(namespace) ?? {};
    return { parameters: defaultParameters, caveats, labelsOf, network: () => network };
  }

  #judge(network: NetworkInput) {
    this.asked.push(network);
    this.clock.now += this.slow;
    if (this.fault !== undefined) return failure(this.fault);
    const isClosed = network.policies.some(({ spec }) => spec?.podSelector !== undefined);
    const open = { rule: 'netpol-tasks-port', severity: 'error', message: 'open', details: {} } as const;
    const found = network.targets.map((_, target) => ({ ...open, field: '', fix: '', docs: '', target }));
    return success(isClosed ? [] : found);
  }

  of(name = 'n0'): string | undefined {
    const found = this.nodes.find(({ metadata }) => metadata.name === name)!;
    const facts = this.posture.of(found, this.pods.get(`arctic/${name}-0`) as never);
    return facts && `${facts.status} ${facts.reason}`;
  }

  /** Applies a policy, and the posture hears of it. */
  apply(spec: Spec, namespace = 'arctic', name = 'np'): void {
    const key = `${namespace}/${name}`;
    const metadata = { namespace, name };
    const object = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
    const before = this.policies.get(key);
    this.policies.set(key, object);
    this.#heard(networkPolicies, key, object, before);
  }

  label(name: string, labels: Labels): void {
    const [before, now] = [this.labels.get(name), labels].map(labels => ({ metadata: { name, labels } }));
    this.labels.set(name, labels);
    this.#heard(namespaces, `/${name}`, now, before);
  }

  #heard(resource: Resource, key: string, object: unknown, before: unknown): void {
    const type = before === undefined ? 'added' : 'updated';
    this.posture.heard(resource, { type, key, object, before } as unknown as Delta);
  }

  /** Lets pass so many milliseconds. */
  after(milliseconds: number): Promise<void> {
    return this.clock.runUntil(this.clock.now + milliseconds);
  }
}

const closing = { podSelector: {} };

test('all nodes of a namespace are judged at once, and alike ones only once', t => {
  const world = new World();
  t.deepEqual(
    ['n0', 'n1', 'n2'].map(name => world.of(name)),
    ['False Open', 'False Open', 'False Open'],
  );
  t.deepEqual(
    world.asked.map(({ targets }) => targets.length),
    [1],
  );
});

test('nodes that differ are judged by one question too', t => {
  const world = new World();
  world.nodes.push(node({ ...fullNode, sidecar: { port: 7000 } }, undefined, { name: 'moved' }));
  t.deepEqual([world.of(), world.of('moved')], ['False Open', 'False Open']);
  t.deepEqual(
    world.asked.map(({ targets }) => targets.length),
    [2],
  );
});

test('a policy that closes wakes every node of its namespace, at once and only there', async t => {
  const world = new World();
  world.nodes.push(node(fullNode, undefined, { name: 'x', namespace: 'other' }));
  world.of();
  world.apply(closing);
  await world.after(0);
  t.deepEqual(world.changed, ['arctic/n0', 'arctic/n1', 'arctic/n2']);
  t.is(world.of(), 'True Ready');
  t.is(world.asked.length, 2);
});

test('nodes whose status says so already are left alone', async t => {
  const world = new World();
  const { status, reason, message } = world.posture.of(world.nodes[0]!, undefined)!;
  const condition = { type: 'SidecarNetworkPolicyReady', status, reason, message };
  world.nodes = world.nodes.map(each => ({ ...each, status: { conditions: [condition] } }));
  world.apply({ policyTypes: ['Ingress'] });
  await world.after(0);
  t.is(world.asked.length, 2);
  t.deepEqual(world.changed, []);
});

test('a burst of two hundred edits costs a few judgements, and the last one counts', async t => {
  const world = new World();
  world.of();
  for (let edit = 0; edit < 200; edit += 1) {
    world.apply({ policyTypes: ['Ingress'], ingress: [{ ports: [{ port: edit }] }] });
    await world.after(5);
  }
  world.apply(closing);
  await world.after(200);
  t.is(world.of(), 'True Ready');
  t.true(world.asked.length <= 1 + 1_000 / 200 + 2, `${world.asked.length} judgements`);
});

test('judging takes a fifth of the time at most', async t => {
  const world = new World();
  world.slow = 100;
  for (let edit = 0; edit < 100; edit += 1) {
    world.apply({ policyTypes: ['Ingress'], ingress: [{ ports: [{ port: edit }] }] });
    await world.after(50);
  }
  const spent = world.asked.length * world.slow;
  t.true(spent <= world.clock.now / 5 + world.slow, `${spent} of ${world.clock.now} ms`);
});

test('an edit that changes no spec is no news', async t => {
  const world = new World();
  world.apply(closing);
  await world.after(1_000);
  const { length } = world.asked;
  world.apply({ podSelector: {} });
  await world.after(1_000);
  t.is(world.asked.length, length);
});

const selecting = { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }] };
const labelled: [title: string, spec: Spec, name: string, labels: Labels, judged: number][] = [
  ['of a namespace is judged where policies select namespaces', selecting, 'other', { team: 'a' }, 1],
  ['of a namespace is nothing to who selects none', closing, 'other', { team: 'a' }, 0],
  ['of the own namespace is judged', closing, 'arctic', { team: 'a' }, 1],
  ["of the controller's namespace is judged everywhere", closing, controllers, {}, 1],
];
for (const [title, spec, name, labels, judged] of labelled) {
  test(`a label ${title}`, async t => {
    const world = new World();
    world.apply(spec);
    world.of();
    await world.after(1_000);
    const { length } = world.asked;
    world.label(name, labels);
    await world.after(1_000);
    t.is(world.asked.length - length, judged);
  });
}

test('a policy for egress where the controller is is judged everywhere', async t => {
  const world = new World();
  world.of();
  world.apply({ egress: [] }, controllers);
  await world.after(0);
  t.is(world.asked.length, 2);
});

test('a policy where there are no nodes costs nothing', async t => {
  const world = new World();
  world.apply(closing, 'elsewhere');
  await world.after(1_000);
  t.is(world.asked.length, 0);
});

test('a pod that differs from what its node would make is judged anew, once', t => {
  const world = new World();
  world.apply({ podSelector: { matchLabels: { 'sei.io/role': 'node' } } });
  world.of();
  for (const role of ['node', 'other', 'other']) {
    world.pods.set('arctic/n0-0', {
      metadata: { namespace: 'arctic', name: 'n0-0', labels: { 'sei.io/role': role } },
    });
    world.of();
  }
  // The live pod has no container, which the first one has; then its label is another.
  t.is(world.asked.length, 3);
  t.deepEqual(world.asked.at(-1)?.targets[0]?.labels, { 'sei.io/role': '?' });
});

test('a pod that has ended stands for nobody', t => {
  const world = new World();
  world.of();
  world.pods.set('arctic/n0-0', {
    metadata: { namespace: 'arctic', name: 'n0-0' },
    status: { phase: 'Failed' },
  });
  world.of();
  t.is(world.asked.length, 1);
});

test('before all is listed nothing is said, and a node that goes is judged no more', t => {
  const world = new World();
  world.known = undefined;
  t.is(world.of(), undefined);
  world.known = 'all';
  world.nodes = world.nodes.map(each => ({
    ...each,
    metadata: { ...each.metadata, deletionTimestamp: '2026-05-01T12:00:00Z' },
  }));
  t.is(world.of(), undefined);
});

test('what cannot be read is said once, of every node, and so is that it can again', async t => {
  const world = new World();
  world.known = { facts: unavailable('no permission') };
  for (let look = 0; look < 3; look += 1) world.posture.look();
  await world.after(1_000);
  t.is(world.of(), 'Unknown Unavailable');
  t.deepEqual(world.troubles, ['no permission']);
  t.is(world.changed.length, 3);
  world.known = 'all';
  world.posture.look();
  await world.after(1_000);
  t.is(world.of(), 'False Open');
  t.is(world.changed.length, 6);
});

test('what changes while nothing can be read counts as soon as it can', t => {
  const world = new World();
  world.posture.look();
  t.is(world.of(), 'False Open');
  world.known = { facts: unavailable('no permission') };
  world.posture.look();
  world.apply(closing);
  world.known = 'all';
  world.posture.look();
  t.is(world.of(), 'True Ready');
});

test('a caveat that comes is handed to the rules', async t => {
  const world = new World();
  world.posture.look();
  await world.after(1_000);
  world.caveats = [{ why: 'a CiliumNetworkPolicy decides', effect: 'any' }];
  world.posture.look();
  await world.after(1_000);
  t.deepEqual(
    world.asked.map(({ caveats }) => caveats.length),
    [0, 1],
  );
});

test('rules that fail leave the condition Unknown', t => {
  const world = new World();
  world.fault = 'the policy runtime failed';
  t.is(world.of(), 'Unknown Unavailable');
  t.is(world.asked.length, 1);
});
