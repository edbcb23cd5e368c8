import test from 'ava';
import { seiNodes, services } from '../../cluster/resource.ts';
import { nextStatus } from '../../core/plan/status.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { Progress } from '../../operator/progress.ts';
import { type Reconciling, reconcile } from '../../operator/reconcile.ts';
import { fullNode, node, now, tls } from '../core/plan/nodes.ts';
import { settings } from '../core/resources/nodes.ts';
import { FakeObjects, refusal } from './tasks/fake-objects.ts';

const notAfterUnix = Math.ceil(now.getTime() / 1000);
const judgement = {
  verdict: { status: 'True', reason: 'Ready', message: 'is valid' },
  validity: { notBeforeUnix: 0, notAfterUnix },
} as const;
const expiry = notAfterUnix * 1000 + 1;

for (const [how, judgedAt, doneAt, again] of [
  ['that expires later is judged again then', expiry - 5_000, expiry - 5_000, 5_000],
  ['that expires while the node is worked is judged again at once', expiry - 1, expiry, 0],
  ['that has expired is judged no more', expiry, expiry, undefined],
] as const) {
  test(`a certificate ${how}`, async t => {
    const moments = [judgedAt];
    const around = aroundNode(() => new Date(moments.shift() ?? doneAt));
    t.is(await reconcile('arctic/n0', around), again);
  });
}

test('nothing is asked or written for a node while what is known of it may be of an etcd that is no more', async t => {
  const objects = new FakeObjects([node(fullNode)]);
  const around = { ...aroundNode(() => now), objects };
  t.is(
    await reconcile('arctic/n0', { ...around, caches: { ...around.caches, areWhole: () => false } }),
    undefined,
  );
  t.deepEqual(objects.asked, []);
});

test('a node that lost its spec can be deleted all the same', async t => {
  const metadata = { finalizers: ['sei.io/seinode-finalizer'], deletionTimestamp: '2026-05-01T11:00:00Z' };
  const going = { ...node({}, { phase: 'Terminating' }, metadata), spec: {} } as never as SeiNode;
  const objects = new FakeObjects([going]);
  await reconcile('arctic/n0', { ...aroundNode(() => now), objects });
  t.true(objects.asked.includes('finalizers '));
});

test('what a running node lacks and nobody lets it have stops neither its status nor its timers', async t => {
  const around = aroundNode(() => new Date(expiry - 5_000));
  const { cached } = around.objects;
  const objects = {
    ...around.objects,
    cached: (...asked: Parameters<typeof cached>) => (asked[0] === services ? undefined : cached(...asked)),
    read: async () => undefined,
    apply: async () => {
      throw refusal(403, 'Forbidden');
    },
  };
  const told: string[] = [];
  const troubled = (where: string, error: unknown) => void told.push(`${where}: ${error}`);
  t.is(await reconcile('arctic/n0', { ...around, objects, troubled }), 5_000);
  t.deepEqual(told, ['SeiNode arctic/n0: Error: refused: Forbidden']);
});

test('a plan is begun once the API server has it, and no event is waited for in between', async t => {
  const objects = new FakeObjects([node({ ...fullNode, sidecar: tls })]);
  const around = { ...aroundNode(() => now), objects };
  await reconcile('arctic/n0', around);
  t.deepEqual(objects.asked.slice(0, 4), [
    'finalizers sei.io/seinode-finalizer',
    'status',
    'create PersistentVolumeClaim data-n0',
    'get ConfigMap n0-rbac-proxy-config',
  ]);
  t.deepEqual(
    objects.asked.filter(asked => asked.startsWith('get SeiNode')),
    [],
  );
});

test('a plan that the API server did not take is not begun', async t => {
  const objects = new FakeObjects([node({ ...fullNode, sidecar: tls })]);
  objects.before = asked => {
    if (asked === 'status') throw refusal(409, 'Conflict');
  };
  t.is(await reconcile('arctic/n0', { ...aroundNode(() => now), objects }), 'requeue');
  t.deepEqual(objects.asked, ['finalizers sei.io/seinode-finalizer', 'status']);
});

/** A node that runs, of which all is as it should be. */
function aroundNode(clock: () => Date): Reconciling {
  const running = node({ ...fullNode, sidecar: tls }, undefined, {
    finalizers: ['sei.io/seinode-finalizer'],
  });
  const decision = {
    phase: 'Running',
    plan: undefined,
    currentImage: 'seid:v1',
    step: { kind: 'steady' },
  } as const;
  const status = nextStatus(running, { ...judgement, faults: [], sidecar: {} }, decision, {}, now);
  const stored: SeiNode = { ...running, status };
  return {
    caches: { mayReconcile: () => true, areWhole: () => true },
    objects: {
      cached: (resource: unknown) => (resource === seiNodes ? stored : { metadata: {} }),
      nodes: () => [stored],
    },
    gate: { judge: async () => judgement },
    posture: { of: () => undefined },
    asks: { next: () => ({}), forget: () => {} },
    progress: new Progress(),
    recorder: { record: () => {} },
    settings,
    now: clock,
    planID: () => 'plan',
  } as never;
}
