import test from 'ava';
import { initPlan } from '../../core/plan/build.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { sidecarOf } from '../../operator/sidecar-of.ts';
import { node as made, planID, tls } from '../core/plan/nodes.ts';
import { FakeObjects, type Stored } from './tasks/fake-objects.ts';

const snapshot = { s3: { targetHeight: 7 }, bootstrapImage: 'sei:v5' };
const spec = { fullNode: { snapshot }, sidecar: tls };
const { uid, namespace } = made({}).metadata;
const labels = { 'sei.io/node': 'n0' };
const running = { status: { phase: 'Running' } };

/** Node n0 whose plan is at a task. */
function at(type: string, last = false): SeiNode {
  const plan = initPlan(made(spec), planID);
  const types = plan.tasks.map(task => task.type);
  const index = last ? types.lastIndexOf(type) : types.indexOf(type);
  const tasks = plan.tasks.map((task, place) =>
    place < index ? { ...task, status: 'Complete' as const } : task,
  );
  return made(spec, { plan: { ...plan, tasks } });
}

const job = (...conditions: object[]): Stored => ({
  kind: 'Job',
  metadata: {
    name: 'n0-bootstrap',
    namespace,
    uid: 'j',
    ownerReferences: [{ kind: 'SeiNode', uid: uid!, controller: true }],
  },
  status: { conditions },
});
const bootstrapPod = (...containers: string[]): Stored => ({
  kind: 'Pod',
  metadata: {
    ...{ name: 'n0-bootstrap-x', namespace, labels: { ...labels, 'sei.io/component': 'bootstrap' } },
    ownerReferences: [{ kind: 'Job', name: 'n0-bootstrap', uid: 'j', controller: true }],
  },
  spec: { initContainers: containers.map(name => ({ name })) },
  ...running,
});
const ownPod: Stored = { kind: 'Pod', metadata: { name: 'n0-0', namespace, labels }, ...running };

test('a task of the bootstrap is for the pod of its Job, one after it for the node’s own', async t => {
  const objects = new FakeObjects([job(), bootstrapPod('kube-rbac-proxy'), ownPod]);
  const asked = await Promise.all(
    [at('config-apply'), at('config-apply', true)].map(each => sidecarOf(each, objects)),
  );
  t.deepEqual(
    asked.map(each => 'name' in each && each.name),
    ['n0-bootstrap-x', 'n0-0'],
  );
  t.deepEqual(
    asked.map(each => 'node' in each && each.node.spec.sidecar),
    [tls, tls],
  );
});

test('one pod is never asked in place of the other', async t => {
  t.deepEqual(await sidecarOf(at('config-apply'), new FakeObjects([job(), ownPod])), {
    missing: 'the pod of Job n0-bootstrap does not exist yet',
  });
  t.deepEqual(await sidecarOf(at('config-apply', true), new FakeObjects([job(), bootstrapPod()])), {
    missing: 'pod n0-0 does not exist yet',
  });
});

test('a pod of the controller before is asked as one without TLS', async t => {
  const sidecar = await sidecarOf(at('config-apply'), new FakeObjects([job(), bootstrapPod()]));
  t.deepEqual('node' in sidecar && sidecar.node.spec.sidecar, {});
});

test('a Job that the cache does not know yet is looked for', async t => {
  const objects = new FakeObjects([job()], []);
  t.deepEqual(await sidecarOf(at('snapshot-restore'), objects), {
    missing: 'the pod of Job n0-bootstrap does not exist yet',
  });
  t.deepEqual(objects.asked, ['get Job n0-bootstrap']);
});

test('where the Job is complete nobody is left to be asked, and nothing left to do', async t => {
  const objects = new FakeObjects([job({ type: 'Complete', status: 'True' })]);
  t.deepEqual(await sidecarOf(at('mark-ready'), objects), { came: { kind: 'complete' } });
});

test('nor where the claim has its chain, and the Job is gone again', async t => {
  const annotations = { 'sei.io/bootstrapped': 'arctic-1' };
  const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'data-n0', namespace, annotations } };
  t.deepEqual(await sidecarOf(at('snapshot-restore'), new FakeObjects([claim])), {
    came: { kind: 'complete' },
  });
});

test('where it failed or is gone, so has the task', async t => {
  const failed = await sidecarOf(
    at('config-apply'),
    new FakeObjects([job({ type: 'Failed', status: 'True', message: 'why' })]),
  );
  t.deepEqual(failed, { came: { kind: 'terminal', message: 'Job n0-bootstrap failed: why' } });
  const gone = await sidecarOf(at('config-apply'), new FakeObjects([]));
  t.like(gone, { came: { kind: 'terminal' } });
});
