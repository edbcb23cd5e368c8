import test from 'ava';
import { persistentVolumeClaims } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { addFinalizer, finalizerName, finalize as finalizeTelling } from '../../operator/finalizer.ts';
import { node as made } from '../core/resources/nodes.ts';
import { FakeObjects, refusal, type Stored } from './tasks/fake-objects.ts';

const node = terminating(made());
const { uid = '', namespace } = node.metadata;
const owned = {
  ownerReferences: [{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid, controller: true }],
};
const labels = { 'sei.io/node': 'n0' };
const statefulSet: Stored = { kind: 'StatefulSet', metadata: { name: 'n0', uid: 's', ...owned } };
const job: Stored = { kind: 'Job', metadata: { name: 'n0-bootstrap', uid: 'j', labels, ...owned } };
const anotherJob: Stored = { kind: 'Job', metadata: { name: 'theirs', uid: 'k', labels } };
const pod: Stored = { kind: 'Pod', metadata: { name: 'n0-0', uid: 'p' } };
const bootstrapPod: Stored = { kind: 'Pod', metadata: { name: 'n0-bootstrap-x', uid: 'q', labels } };
const claim: Stored = {
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-n0', uid: 'c', resourceVersion: '7', ...owned },
};

function terminating(of: SeiNode, finalizers = ['theirs/finalizer', finalizerName]): SeiNode {
  return { ...of, metadata: { ...of.metadata, finalizers, deletionTimestamp: '2026-05-01T11:00:00Z' } };
}
const importing = (pvcName: string, name = 'n0') =>
  terminating(made({ dataVolume: { import: { pvcName } } }, name));
const finalize = (of: SeiNode, objects: FakeObjects, told: string[] = []) =>
  finalizeTelling(of, objects, ({ kind, metadata }, { type, reason, message }) =>
    told.push(`${kind} ${metadata.name} ${type} ${reason} ${message}`),
  );
const writes = ({ asked }: FakeObjects) => asked.filter(each => /^(delete|finalizers|merge)/.test(each));

test('StatefulSet and Jobs, then pods, then the claim, then the finalizer', async t => {
  const objects = new FakeObjects([node, statefulSet, job, anotherJob, pod, bootstrapPod, claim]);
  t.like(await finalize(node, objects), { done: false });
  t.deepEqual(writes(objects), ['delete StatefulSet n0', 'delete Job n0-bootstrap']);
  t.regex((await finalize(node, objects)).message ?? '', /Pod n0-bootstrap-x .*, Pod n0-0 .*must go first/);
  objects.delete('Pod', 'n0-0');
  t.regex((await finalize(node, objects)).message ?? '', /Pod n0-bootstrap-x .*must go first/);
  objects.delete('Pod', 'n0-bootstrap-x');
  t.like(await finalize(node, objects), { done: false });
  t.deepEqual(writes(objects).slice(2), ['delete PersistentVolumeClaim data-n0']);
  t.deepEqual(await finalize(node, objects), { done: true });
  t.deepEqual(writes(objects).slice(3), ['finalizers theirs/finalizer']);
});

test('a node that is not being deleted any more, as after a restore of etcd, keeps all that it has', async t => {
  const { deletionTimestamp: _, ...metadata } = node.metadata;
  for (const there of [[statefulSet, claim], [claim]]) {
    const objects = new FakeObjects([{ ...node, metadata }, ...there]);
    t.deepEqual(await finalize(node, objects), { done: true });
    t.deepEqual(writes(objects), []);
  }
});

test('an import that was set a moment ago keeps the claim', async t => {
  const objects = new FakeObjects([importing('data-n0'), claim]);
  t.regex((await finalize(node, objects)).message ?? '', /take away its ownerReference/);
  t.deepEqual(writes(objects), []);
});

test('an ownerReference that is taken away at the last moment keeps it', async t => {
  const objects = new FakeObjects([node, claim]);
  objects.before = asked => {
    if (asked.startsWith('delete')) {
      objects.put({ ...claim, metadata: { name: 'data-n0', uid: 'c', resourceVersion: '8' } });
    }
  };
  await t.throwsAsync(finalize(node, objects), { message: /Conflict/ });
  t.deepEqual(await finalize(node, objects), { done: true });
  t.not(await objects.read({ kind: 'PersistentVolumeClaim' } as never, namespace, 'data-n0'), undefined);
});

const creationTimestamp = '2026-01-01T00:00:00Z';
for (const [what, crd] of [
  ['is being deleted', { creationTimestamp, deletionTimestamp: '2026-05-01T11:00:00Z' }],
  ['was deleted with the node, and is there anew', { creationTimestamp: '2026-05-01T11:00:01Z' }],
  ['was made in the second that the node was deleted', { creationTimestamp: '2026-05-01T11:00:00Z' }],
  ['may not be read, and takes no new nodes', undefined],
] as const) {
  test(`where the CRD ${what}, the claim outlives its node, with what it had of others`, async t => {
    const another = { apiVersion: 'v1', kind: 'ConfigMap', name: 'theirs', uid: 'x' };
    const ownerReferences = [...owned.ownerReferences, another];
    const objects = new FakeObjects([node, { ...claim, metadata: { ...claim.metadata, ownerReferences } }]);
    const told: string[] = [];
    objects.crd = crd;
    t.deepEqual(await finalize(node, objects, told), { done: false, again: 100 });
    t.deepEqual(await finalize(node, objects, told), { done: true });
    t.deepEqual(writes(objects), ['merge PersistentVolumeClaim data-n0', 'finalizers theirs/finalizer']);
    const kept = await objects.read(persistentVolumeClaims, namespace, 'data-n0');
    t.deepEqual(kept?.metadata, { ...claim.metadata, ownerReferences: [another] });
    t.regex(
      told.join('\n'),
      /^PersistentVolumeClaim data-n0 Warning VolumeKept kept, [^\n]* dataVolume\.import\.pvcName data-n0$/,
    );
  });
}

test('one of a node that ran is said to carry its chain', async t => {
  const ran = { ...node, status: { currentImage: 'seid:v1' } };
  const objects = new FakeObjects([ran, claim]);
  objects.crd = undefined;
  await finalize(ran, objects);
  const kept = await objects.read(persistentVolumeClaims, namespace, 'data-n0');
  t.like(kept?.metadata, { annotations: { 'sei.io/bootstrapped': node.spec.chainId } });
});

test('while nobody knows whether the CRD goes the claim stays, and the node with it', async t => {
  for (const fault of ['get CustomResourceDefinition seinodes.sei.io', 'verbs seinodes']) {
    const objects = new FakeObjects([node, claim]);
    if (fault === 'verbs seinodes') objects.crd = undefined;
    objects.before = asked => {
      if (asked === fault) throw refusal(503, 'ServiceUnavailable');
    };
    await t.throwsAsync(finalize(node, objects), { message: /ServiceUnavailable/ });
    t.deepEqual(writes(objects), []);
  }
});

test('a claim that another node imports is kept, and told', async t => {
  const other = { ...importing('data-n0', 'n1'), metadata: { name: 'n1', namespace, uid: 'other' } };
  const objects = new FakeObjects([node, other, claim]);
  t.regex((await finalize(node, objects)).message ?? '', /imported by SeiNode n1/);
  t.deepEqual(writes(objects), []);
});

test('so is one whose importer the cache does not know', async t => {
  const other = { ...importing('data-n0', 'n1'), metadata: { name: 'n1', namespace, uid: 'other' } };
  const there = [node, other, claim] as unknown as Stored[];
  const objects = new FakeObjects(there, []);
  t.regex((await finalize(node, objects)).message ?? '', /imported by SeiNode n1/);
  t.false(objects.asked.some(asked => asked.startsWith('delete')));
});

test('an imported claim of nobody is not even asked to go', async t => {
  const objects = new FakeObjects([
    importing('volume'),
    { ...claim, metadata: { name: 'volume', uid: 'v' } },
  ]);
  t.deepEqual(await finalize(importing('volume'), objects), { done: true });
  t.deepEqual(writes(objects), ['finalizers theirs/finalizer']);
});

test('a node that never had the finalizer, or is not deleted, is left alone', async t => {
  const objects = new FakeObjects([statefulSet, claim]);
  t.deepEqual(await finalize(terminating(made(), []), objects), { done: true });
  t.deepEqual(await finalize(made(), objects), { done: true });
  t.deepEqual(objects.asked, []);
});

test('what is not permitted is told; a conflict, which is tried again later each time, and any other fault is thrown', async t => {
  const failing = (status: number, reason: string) => {
    const objects = new FakeObjects([node, statefulSet]);
    objects.before = () => {
      throw refusal(status, reason);
    };
    return finalize(node, objects);
  };
  t.like(await failing(403, 'Forbidden'), { done: false, message: 'refused: Forbidden' });
  await t.throwsAsync(failing(409, 'Conflict'));
  await t.throwsAsync(failing(500, 'InternalError'));
  await t.throwsAsync(failing(404, ''));
});

test('a node whose name is no label has nothing that carries it', async t => {
  const long = terminating(made({}, 'a'.repeat(64)));
  const objects = new FakeObjects([long]);
  t.deepEqual(await finalize(long, objects), { done: true });
  t.false(objects.asked.some(asked => asked.startsWith('list')));
});

test('the finalizer is added once, beside others', async t => {
  const objects = new FakeObjects([]);
  const of = { ...made(), metadata: { ...made().metadata, finalizers: ['theirs/finalizer'] } };
  const held = await addFinalizer(of, objects);
  t.deepEqual(held.metadata.finalizers, ['theirs/finalizer', finalizerName]);
  t.is(await addFinalizer(held, objects), held);
  const going = terminating(made(), []);
  t.is(await addFinalizer(going, objects), going);
  t.is(objects.asked.length, 1);
});
