import test from 'ava';
import { taskKind } from '../../../core/plan/tasks.ts';
import type { PlannedTask, SeiNode } from '../../../core/seinode.ts';
import type { TaskResult } from '../../../operator/tasks/executor.ts';
import { executors } from '../../../operator/tasks/executors.ts';
import { node as made, settings, tls, validator } from '../../core/resources/nodes.ts';
import { FakeObjects, refusal, type Stored } from './fake-objects.ts';

const node = made(tls);
const { uid = '', namespace } = node.metadata;
const deletionTimestamp = '2026-05-01T11:00:00Z';
const ownedBy = (uid: string, kind = 'SeiNode') => ({
  ownerReferences: [{ apiVersion: 'sei.io/v1alpha1', kind, name: 'n0', uid, controller: true }],
});

function run(type: string, objects: FakeObjects, of: SeiNode = node, params = {}): Promise<TaskResult> {
  const task: PlannedTask = { id: 'id', type, status: 'Pending', params };
  return executors[type]!(of, { objects, settings }, task);
}

test('every task that runs on the Kubernetes API is here, and no other', t => {
  for (const type of Object.keys(executors)) t.is(taskKind(type)?.runsOn, 'operator', type);
  t.is(Object.keys(executors).length, 13);
});

const applies = [
  ['apply-rbac-proxy-config', 'ConfigMap', 'n0-rbac-proxy-config'],
  ['apply-statefulset', 'StatefulSet', 'n0'],
  ['apply-service', 'Service', 'n0'],
] as const;
for (const [type, kind, name] of applies) {
  const there = (metadata: object): Stored => ({ kind, metadata: { name, namespace, ...metadata } });

  test(`${type} is one write`, async t => {
    const objects = new FakeObjects([]);
    t.deepEqual(await run(type, objects), { came: { kind: 'complete' } });
    // One of another node of the name would be taken over: the cache alone is not believed that there is none.
    t.deepEqual(objects.asked, [`get ${kind} ${name}`, `apply ${kind} ${name}`]);
    const again = new FakeObjects([there(ownedBy(uid))]);
    t.deepEqual(await run(type, again), { came: { kind: 'complete' } });
    t.deepEqual(again.asked, [`apply ${kind} ${name}`]);
  });

  const remains = [
    ['a predecessor’s', ownedBy('former'), /still belongs to SeiNode n0 \(UID former\)/],
    ['its own on the way out', { ...ownedBy(uid), deletionTimestamp }, /being deleted/],
  ] as const;
  for (const [what, metadata, says] of remains) {
    test(`${type} waits for ${what}, without a request`, async t => {
      const objects = new FakeObjects([there(metadata)]);
      const { came } = await run(type, objects);
      t.is(came.kind, 'waiting');
      t.regex('message' in came ? came.message : '', says);
      t.deepEqual(objects.asked, []);
    });

    test(`${type} waits for ${what} that the cache does not know, and leaves it as it is`, async t => {
      const objects = new FakeObjects([there(metadata)], []);
      t.is((await run(type, objects)).came.kind, 'waiting');
      t.deepEqual(objects.asked, [`get ${kind} ${name}`]);
    });

    test(`${type} waits for ${what} that comes in between`, async t => {
      const objects = new FakeObjects([]);
      objects.before = asked => {
        if (asked.startsWith('apply')) objects.put(there(metadata));
      };
      const { came } = await run(type, objects);
      t.is(came.kind, 'waiting');
      t.regex('message' in came ? came.message : '', says);
    });
  }

  test(`${type} waits for a predecessor’s that the API server lets nobody share`, async t => {
    const objects = new FakeObjects([]);
    objects.before = asked => {
      if (!asked.startsWith('apply')) return;
      objects.put(there(ownedBy('former')));
      throw refusal(422, 'Invalid');
    };
    t.is((await run(type, objects)).came.kind, 'waiting');
  });

  test(`${type} fails for good where the API server refuses the object itself`, async t => {
    const objects = new FakeObjects([there(ownedBy(uid))]);
    objects.before = asked => {
      if (asked.startsWith('apply')) throw refusal(422, 'Invalid');
    };
    t.deepEqual((await run(type, objects)).came, { kind: 'terminal', message: 'refused: Invalid' });
  });
}

test('the StatefulSet gets the image that the plan says, whatever spec says by now', async t => {
  const image = async (params: object) => {
    const objects = new FakeObjects([]);
    await run('apply-statefulset', objects, node, params);
    return JSON.stringify(await objects.read({ kind: 'StatefulSet' } as never, namespace, 'n0'));
  };
  const planned = await image({ image: 'sei:planned' });
  t.true(planned.includes('"sei:planned"') && !planned.includes('"sei:v6.3.0"'));
  t.true((await image({})).includes('"sei:v6.3.0"'));
});

test('no StatefulSet begins to mount a consensus key that another SeiNode names', async t => {
  const other = { ...made(validator, 'n1'), metadata: { name: 'n1', namespace, uid: 'other' } };
  const objects = new FakeObjects([made(validator), other]);
  t.is((await run('apply-statefulset', objects, made(validator))).came.kind, 'waiting');
  t.deepEqual(objects.asked, []);
});

const keyVolumes = [{ name: 'signing-key', secret: { secretName: 'consensus', defaultMode: 256 } }];
for (const [what, mounter] of [
  [
    'StatefulSet n1',
    { kind: 'StatefulSet', spec: { template: { spec: { volumes: keyVolumes } } }, metadata: { name: 'n1' } },
  ],
  [
    'Pod n1-0',
    {
      kind: 'Pod',
      spec: { volumes: keyVolumes },
      metadata: { name: 'n1-0', labels: { 'sei.io/node': 'n1' } },
    },
  ],
] as const) {
  test(`no StatefulSet begins to mount a consensus key that ${what} has, though no SeiNode names it`, async t => {
    const self = made(validator);
    const objects = new FakeObjects([self, made({ fullNode: {} }, 'n1'), mounter]);
    const { came } = await run('apply-statefulset', objects, self);
    t.deepEqual(came, {
      kind: 'waiting',
      message: `${what} still mounts the signing key in Secret consensus`,
    });
    t.deepEqual(objects.asked, []);
  });
}

test('a Secret is read afresh, and not at all while another SeiNode names it', async t => {
  const self = made(validator);
  const secret = { kind: 'Secret', metadata: { name: 'consensus', namespace }, data: {} };
  const objects = new FakeObjects([self, secret], [self]);
  const { came, found } = await run('validate-signing-key', objects, self);
  t.is(came.kind, 'terminal');
  t.like(found, { SigningKeyReady: { status: 'False', reason: 'SigningKeyInvalid' } });
  const other = { ...self, metadata: { name: 'n1', namespace, uid: 'other' } };
  const shared = new FakeObjects([self, other, secret]);
  const held = await run('validate-signing-key', shared, self);
  t.is(held.came.kind, 'waiting');
  t.like(held.found, { SigningKeyReady: { status: 'False', reason: 'SigningKeyNotReady' } });
  t.deepEqual(shared.asked, []);
});

test('a claim that somebody makes at the same moment is not taken', async t => {
  const objects = new FakeObjects([]);
  objects.before = asked => {
    if (asked.startsWith('create'))
      objects.put({ kind: 'PersistentVolumeClaim', metadata: { name: 'data-n0' } });
  };
  t.is((await run('ensure-data-pvc', objects)).came.kind, 'terminal');
  t.false(objects.asked.includes('apply PersistentVolumeClaim data-n0'));
});

test('a claim of the node’s own is not written again', async t => {
  const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'data-n0', ...ownedBy(uid) } };
  const objects = new FakeObjects([claim]);
  t.is((await run('ensure-data-pvc', objects)).came.kind, 'complete');
  t.deepEqual(objects.asked, ['get PersistentVolumeClaim data-n0']);
  const unknown = new FakeObjects([claim], []);
  t.is((await run('ensure-data-pvc', unknown)).came.kind, 'complete');
  t.deepEqual(unknown.asked, ['create PersistentVolumeClaim data-n0', 'get PersistentVolumeClaim data-n0']);
});

test('no StatefulSet takes the place of one that the cache does not know', async t => {
  const former = { kind: 'StatefulSet', metadata: { name: 'n0', namespace, ...ownedBy('former') } };
  const objects = new FakeObjects([former], []);
  t.is((await run('apply-statefulset', objects)).came.kind, 'waiting');
  t.deepEqual(objects.asked, ['get StatefulSet n0']);
});

for (const type of Object.keys(executors)) {
  test(`${type} that is not permitted waits, any other fault is thrown`, async t => {
    const of = type.startsWith('validate') ? made(validator) : node;
    const refused = new FakeObjects([]);
    refused.before = () => {
      throw refusal(403, 'Forbidden');
    };
    t.deepEqual((await run(type, refused, of)).came, { kind: 'waiting', message: 'refused: Forbidden' });
    const broken = new FakeObjects([]);
    broken.before = () => {
      throw refusal(500, 'InternalError');
    };
    await t.throwsAsync(run(type, broken, of), { message: 'refused: InternalError' });
  });
}

const statefulSet: Stored = {
  kind: 'StatefulSet',
  metadata: { name: 'n0', namespace, uid: 's', generation: 2, ...ownedBy(uid) },
  status: { observedGeneration: 2, updateRevision: 'new' },
};
const pod = (revision: string, uid = 'p'): Stored => ({
  kind: 'Pod',
  metadata: {
    name: 'n0-0',
    uid,
    labels: { 'controller-revision-hash': revision },
    ...ownedBy('s', 'StatefulSet'),
  },
});

test('an old pod is deleted under its UID and waited for, even where the cache still has the old template', async t => {
  const before = { ...statefulSet, status: { observedGeneration: 2, updateRevision: 'old' } };
  const objects = new FakeObjects([statefulSet, pod('old')], [before, pod('old')]);
  t.is((await run('replace-pod', objects)).came.kind, 'waiting');
  t.true(objects.asked.includes('delete Pod n0-0'));
  t.is((await run('observe-image', objects)).came.kind, 'waiting');
  objects.put(pod('new', 'p2'));
  t.is((await run('replace-pod', objects)).came.kind, 'complete');
  t.is((await run('observe-image', objects)).came.kind, 'complete');
  t.is(objects.asked.filter(asked => asked.startsWith('delete')).length, 1);
});

test('a pod that was replaced meanwhile is not deleted', async t => {
  const objects = new FakeObjects([statefulSet, pod('old')]);
  objects.before = asked => {
    if (asked.startsWith('delete')) objects.put(pod('new', 'p2'));
  };
  const { came } = await run('replace-pod', objects);
  t.deepEqual(came, { kind: 'waiting', message: 'pod n0-0 has been replaced meanwhile' });
  t.is((await run('replace-pod', objects)).came.kind, 'complete');
});

test('the pod of a namesake’s StatefulSet is left', async t => {
  const foreign = { ...statefulSet, metadata: { ...statefulSet.metadata, ...ownedBy('former') } };
  const objects = new FakeObjects([foreign, pod('old')]);
  t.is((await run('replace-pod', objects)).came.kind, 'waiting');
  t.false(objects.asked.some(asked => asked.startsWith('delete')));
});

test('no pod goes whose claim would go with it', async t => {
  const claim = {
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-n0', namespace, deletionTimestamp },
  };
  const objects = new FakeObjects([statefulSet, pod('old'), claim]);
  const { came } = await run('replace-pod', objects);
  t.like(came, {
    kind: 'waiting',
    message: `PersistentVolumeClaim data-n0 is being deleted, since ${deletionTimestamp}, and would go with the present pod`,
  });
  t.false(objects.asked.some(asked => asked.startsWith('delete')));
});

test('no validator’s pod goes whose successor would find no key, or a broken one', async t => {
  const secret = { kind: 'Secret', metadata: { name: 'consensus', namespace }, data: {} };
  const cases = [
    [[], 'SigningKeyNotReady'],
    [[secret], 'SigningKeyInvalid'],
  ] as const;
  for (const [there, reason] of cases) {
    const objects = new FakeObjects([statefulSet, pod('old'), ...there]);
    const { came, found } = await run('replace-pod', objects, made(validator));
    t.is(came.kind, 'waiting', reason);
    t.like(found, { SigningKeyReady: { status: 'False', reason } });
    t.false(objects.asked.some(asked => asked.startsWith('delete')));
  }
});

test('no pod goes for a claim that spec names since and that cannot be used', async t => {
  const importing = made({ dataVolume: { import: { pvcName: 'chain' } } });
  const on = (claimName: string) => ({
    ...pod('old'),
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
  });
  const moves = new FakeObjects([statefulSet, on('data-n0')]);
  const { came, found } = await run('replace-pod', moves, importing);
  t.like(came, {
    kind: 'waiting',
    message: 'PersistentVolumeClaim chain does not exist in namespace arctic',
  });
  t.like(found, { ImportPVCReady: { status: 'False', reason: 'PVCNotReady' } });
  const stays = new FakeObjects([statefulSet, on('chain')]);
  await run('replace-pod', stays, importing);
  t.true(stays.asked.includes('delete Pod n0-0'));
});
