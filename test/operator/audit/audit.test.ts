import test from 'ava';
import { networkPolicies, pods, type Resource, secrets, seiNodes } from '../../../cluster/resource.ts';
import { type Found, foundAt } from '../../../core/findings/finding.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import type { Delta } from '../../../core/watch/store.ts';
import { Audit } from '../../../operator/audit/audit.ts';
import type { Audited } from '../../../operator/audit/judge-namespace.ts';
import type { KnownNetwork } from '../../../operator/posture/known-network.ts';
import { fullNode, node } from '../../core/plan/nodes.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** A cluster of three namespaces, and what the audit asks and tells of it. */
class World {
  readonly clock = new VirtualClock();
  readonly over = new AbortController();
  known: KnownNetwork | undefined = {
    ...{ parameters: defaultParameters, caveats: [], labelsOf: () => ({}) },
    network: () => ({ policies: [], pods: [], namespaces: new Map(), caveats: [] }),
  };
  namespaces = ['arctic', 'baltic', 'celtic'];
  readonly asked: string[] = [];
  readonly told: string[] = [];
  readonly open: Record<string, string[]> = {};
  /** Milliseconds that a judgement takes. */
  slow = 0;
  broken: string | undefined;
  /** In which nothing is left. */
  empty: string | undefined;
  /** Which another replica works. */
  given: string | undefined;
  /** Which becomes another's while it is judged. */
  taken: string | undefined;
  runs = 0;
  readonly audit = new Audit({
    clock: { now: () => this.clock.now, after: this.clock.after, date: () => 1_000_000 + this.clock.now },
    known: () => this.known,
    namespaces: () => this.namespaces,
    works: namespace => namespace !== this.given,
    judge: async namespace => this.#judge(namespace),
    judged: namespace => this.told.push(namespace),
    ran: () => {
      this.runs += 1;
    },
    incomplete: why => this.told.push(why.join('; ') || 'whole'),
    failed: (namespace, error) => this.told.push(`${namespace}: ${(error as Error).message}`),
    signal: this.over.signal,
  });

  #judge(namespace: string): Audited {
    this.asked.push(namespace);
    if (this.taken === namespace) this.given = namespace;
    this.clock.now += this.slow;
    if (this.broken === namespace) throw new Error('broken');
    if (this.empty === namespace) return { nodes: [], orphans: [], unjudged: [], subjects: [] };
    const subject = node(fullNode, undefined, { name: 'n0', namespace });
    const unjudged = (this.open[namespace] ?? []).map(message => ({ message }));
    return { nodes: [found(namespace)], orphans: [found(namespace, 'Pod')], unjudged, subjects: [subject] };
  }

  /** Begins, and forgets what was asked so far. */
  async begin(): Promise<void> {
    this.audit.begin();
    await this.after(0);
    this.asked.length = 0;
    this.told.length = 0;
  }

  changes(resource: Resource, key: string, object: object, before?: object): void {
    const type = before === undefined ? 'added' : 'updated';
    this.audit.heard(resource, { type, key, object, before } as unknown as Delta);
  }

  /** Lets pass so many milliseconds. */
  after(milliseconds: number): Promise<void> {
    return this.clock.runUntil(this.clock.now + milliseconds);
  }
}

function found(namespace: string, kind = 'SeiNode'): Found {
  const violation = {
    rule: 'r',
    severity: 'error',
    message: '',
    details: {},
    field: '',
    fix: '',
    docs: '',
  } as const;
  return foundAt(violation, { ...node(fullNode, undefined, { name: 'n0', namespace }), kind });
}

const secret = { type: 'kubernetes.io/tls', data: { 'tls.crt': 'a' } };

test('before it begins nothing is judged; then every namespace is, at once', async t => {
  const world = new World();
  world.changes(secrets, 'arctic/s', secret);
  await world.after(60_000);
  t.deepEqual(world.asked, []);
  world.audit.begin();
  await world.after(0);
  t.deepEqual(world.asked, ['arctic', 'baltic', 'celtic']);
  t.is(world.runs, 1);
  t.is(world.audit.lastRun, 1060);
});

test('findings come as policy check has them: those of nodes, then those without their node', async t => {
  const world = new World();
  world.namespaces.reverse();
  await world.begin();
  t.deepEqual(
    world.audit.findings().map(({ object }) => `${object.kind} ${object.namespace}`),
    ['SeiNode arctic', 'SeiNode baltic', 'SeiNode celtic', 'Pod arctic', 'Pod baltic', 'Pod celtic'],
  );
});

test('a change has its namespace judged, and no other', async t => {
  const world = new World();
  await world.begin();
  await world.after(10_000);
  world.changes(secrets, 'baltic/s', secret);
  await world.after(999);
  t.deepEqual(world.asked, []);
  await world.after(1);
  t.deepEqual(world.asked, ['baltic']);
});

test('a burst of changes is one judgement, and the next comes after a rest', async t => {
  const world = new World();
  await world.begin();
  await world.after(10_000);
  for (let at = 0; at < 300; at += 1) {
    world.changes(secrets, 'baltic/s', secret);
    await world.after(50);
  }
  t.is(world.asked.length, 2);
  await world.after(10_000);
  t.is(world.asked.length, 3);
});

test('who takes long rests twenty times as long', async t => {
  const world = new World();
  world.slow = 2_000;
  world.namespaces = ['arctic'];
  await world.begin();
  world.changes(secrets, 'arctic/s', secret);
  await world.after(39_999);
  t.is(world.asked.length, 0);
  await world.after(1);
  t.is(world.asked.length, 1);
});

test('every ten minutes all are judged, and who has gone is forgotten', async t => {
  const world = new World();
  await world.begin();
  await world.after(599_999);
  t.deepEqual(world.asked, []);
  await world.after(1);
  t.deepEqual(world.asked, ['arctic', 'baltic', 'celtic']);
  t.is(world.runs, 2);
});

const spec = { chainId: 'c', image: 'i' };
const before = (status: object) => ({ metadata: { labels: {} }, spec, status });
const news: readonly [string, Resource, object, object, boolean][] = [
  ['the status of a node', seiNodes, before({ phase: 'Pending' }), before({ phase: 'Running' }), false],
  ['the spec of a node', seiNodes, before({}), { ...before({}), spec: { ...spec, image: 'j' } }, true],
  [
    'the phase of a pod that has a network',
    pods,
    before({ phase: 'Pending' }),
    before({ phase: 'Running' }),
    false,
  ],
  ['the end of a pod', pods, before({ phase: 'Running' }), before({ phase: 'Failed' }), true],
  ['the address of a pod', pods, before({}), before({ podIP: '10.0.0.1' }), true],
  ['the labels of a pod', pods, before({}), { ...before({}), metadata: { labels: { a: 'b' } } }, true],
  ['the owner of a Secret', secrets, { ...secret, metadata: {} }, { ...secret, metadata: { a: 1 } }, false],
  ['what is in a Secret', secrets, secret, { ...secret, data: {} }, true],
];
for (const [what, resource, old, now, isNews] of news) {
  test(`${what} is ${isNews ? '' : 'no '}news`, async t => {
    const world = new World();
    await world.begin();
    world.changes(resource, 'arctic/n0', now, old);
    await world.after(15_000);
    t.deepEqual(world.asked, isNews ? ['arctic'] : []);
  });
}

test('a policy is news to its namespace; where the controller is, to all', async t => {
  const world = new World();
  const labels = { 'kubernetes.io/metadata.name': 'sei-k8s-controller-system' };
  Object.assign(world.known!, { labelsOf: (name: string) => (name === 'arctic' ? {} : labels) });
  await world.begin();
  world.changes(networkPolicies, 'arctic/p', { metadata: { namespace: 'arctic', name: 'p' }, spec: {} });
  await world.after(15_000);
  t.deepEqual(world.asked, ['arctic']);
  world.changes(networkPolicies, 'x/p', { metadata: { namespace: 'x', name: 'p' }, spec: {} });
  await world.after(15_000);
  t.deepEqual(world.asked.toSorted(), ['arctic', 'arctic', 'baltic', 'celtic']);
});

test('as long as nothing is known nobody says that it ran; then it does', async t => {
  const world = new World();
  const { known } = world;
  world.known = undefined;
  await world.begin();
  await world.after(5_000);
  t.is(world.audit.lastRun, undefined);
  t.deepEqual(world.asked, []);
  world.known = known;
  await world.after(1_000);
  t.deepEqual(world.asked, ['arctic', 'baltic', 'celtic']);
});

test('what cannot be judged is told once, and that all is whole again', async t => {
  const world = new World();
  world.open.arctic = ['no permission'];
  world.audit.begin();
  await world.after(0);
  t.deepEqual(world.told, ['arctic', 'baltic', 'celtic', 'no permission']);
  await world.after(600_000);
  t.is(world.told.filter(line => line === 'no permission').length, 1);
  delete world.open.arctic;
  await world.after(600_000);
  t.is(world.told.at(-1), 'whole');
  t.deepEqual(world.audit.unjudged(), []);
});

test('a namespace that fails stops no other, and the list is not whole', async t => {
  const world = new World();
  world.broken = 'baltic';
  world.audit.begin();
  await world.after(0);
  t.deepEqual(world.asked, ['arctic', 'baltic', 'celtic']);
  t.true(world.told.includes('baltic: broken'));
  t.is(world.audit.unjudged().length, 1);
});

test('it ends with its signal', async t => {
  const world = new World();
  await world.begin();
  world.changes(secrets, 'arctic/s', secret);
  world.over.abort();
  await world.after(1_200_000);
  t.deepEqual(world.asked, []);
});

test('a namespace in which nothing is left is forgotten, and what comes into it is judged as in a new one', async t => {
  const world = new World();
  await world.begin();
  [world.empty, world.slow] = ['arctic', 60_000];
  await world.after(20_000);
  world.changes(seiNodes, 'arctic/n0', {});
  await world.after(1_000);
  t.deepEqual(world.asked, ['arctic']);
  t.deepEqual([...world.audit.namespaces()], ['baltic', 'celtic']);
  [world.empty, world.slow] = [undefined, 0];
  world.changes(seiNodes, 'arctic/n1', {});
  await world.after(1_000);
  t.deepEqual(world.asked, ['arctic', 'arctic']);
  t.deepEqual([...world.audit.namespaces()].toSorted(), ['arctic', 'baltic', 'celtic']);
});

test('of a namespace that another replica works nothing is judged and nothing known any more, until it comes back', async t => {
  const world = new World();
  await world.begin();
  world.given = 'baltic';
  world.audit.letGo();
  t.deepEqual([...world.audit.namespaces()], ['arctic', 'celtic']);
  world.audit.touchAll();
  await world.after(60_000);
  t.deepEqual(world.asked, ['arctic', 'celtic']);
  world.given = undefined;
  await world.begin();
  t.deepEqual([...world.audit.namespaces()].toSorted(), ['arctic', 'baltic', 'celtic']);
});

test('what becomes another replica’s while it is judged is told to nobody', async t => {
  const world = new World();
  await world.begin();
  world.slow = 1;
  world.audit.touchAll();
  world.taken = 'celtic';
  await world.after(60_000);
  t.deepEqual(world.asked, ['arctic', 'baltic', 'celtic']);
  t.false(world.told.includes('celtic'));
  t.deepEqual([...world.audit.namespaces()], ['arctic', 'baltic']);
});
