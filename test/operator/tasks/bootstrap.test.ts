import test from 'ava';
import { bootstrapJob } from '../../../core/resources/bootstrap.ts';
import type { PlannedTask, SeiNode } from '../../../core/seinode.ts';
import type { TaskResult } from '../../../operator/tasks/executor.ts';
import { executors } from '../../../operator/tasks/executors.ts';
import { node as made, settings, tls, validator } from '../../core/resources/nodes.ts';
import { FakeObjects, refusal, type Stored } from './fake-objects.ts';

const id = 'task-1';
const snapshot = { s3: { targetHeight: 7 }, bootstrapImage: 'sei:v5' };
const node = made({ fullNode: { snapshot } });
const { uid = '', namespace } = node.metadata;
const deletionTimestamp = '2026-05-01T11:00:00Z';
const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid, controller: true };
const labels = { 'sei.io/node': 'n0', 'sei.io/component': 'bootstrap' };

const job = (metadata: object = {}, ...conditions: object[]): Stored => ({
  kind: 'Job',
  metadata: { name: 'n0-bootstrap', namespace, uid: 'j', labels, ownerReferences: [owner], ...metadata },
  status: { conditions },
});
const pod = (metadata: object = {}, more: object = {}): Stored => ({
  kind: 'Pod',
  metadata: {
    ...{ name: 'n0-bootstrap-x', namespace, uid: 'p', labels },
    ownerReferences: [{ kind: 'Job', name: 'n0-bootstrap', uid: 'j', controller: true }],
    ...metadata,
  },
  ...more,
});
const statefulSet: Stored = { kind: 'StatefulSet', metadata: { name: 'n0', namespace, uid: 's' } };
const claim: Stored = { kind: 'PersistentVolumeClaim', metadata: { name: 'data-n0', namespace, uid: 'c' } };
const mounts = (claimName: string) => ({
  spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] },
});
const complete = { type: 'Complete', status: 'True' };

function run(type: string, objects: FakeObjects, of: SeiNode = node): Promise<TaskResult> {
  const task: PlannedTask = { id, type, status: 'Pending', params: { jobName: 'n0-bootstrap', namespace } };
  return executors[type]!(of, { objects, settings }, task);
}

async function told(type: string, objects: FakeObjects, of?: SeiNode): Promise<string> {
  const { came } = await run(type, objects, of);
  return `${came.kind}${'message' in came ? ` ${came.message}` : ''}`;
}

const writes = ({ asked }: FakeObjects) => asked.filter(each => !/^(get|list)/.test(each));

test('the Job is made once, after a look at all that may have the volume', async t => {
  const objects = new FakeObjects([]);
  t.deepEqual(await run('deploy-bootstrap-job', objects), { came: { kind: 'complete' } });
  t.deepEqual(objects.asked, [
    'get Job n0-bootstrap',
    'get StatefulSet n0',
    'list Pod',
    'create Job n0-bootstrap',
  ]);
  t.deepEqual(await run('deploy-bootstrap-job', objects), { came: { kind: 'complete' } });
  t.deepEqual(writes(objects), ['create Job n0-bootstrap']);
});

test('under TLS the Job of a plan that configures the proxy only later finds it configured', async t => {
  const objects = new FakeObjects([]);
  await run('deploy-bootstrap-job', objects, made({ fullNode: { snapshot }, ...tls }));
  t.deepEqual(writes(objects), ['apply ConfigMap n0-rbac-proxy-config', 'create Job n0-bootstrap']);
});

test('one that the controller before made for this plan is taken as it is', async t => {
  const objects = new FakeObjects([job()]);
  t.is(await told('deploy-bootstrap-job', objects), 'complete');
  t.deepEqual(writes(objects), []);
});

const inTheWay: readonly (readonly [string, readonly Stored[], RegExp])[] = [
  [
    'somebody else’s Job',
    [job({ ownerReferences: [] })],
    /belongs to no SeiNode: it is left alone, delete it/,
  ],
  [
    'a namesake’s Job',
    [job({ ownerReferences: [{ ...owner, uid: 'former' }] })],
    /belongs to SeiNode n0 \(UID former\)/,
  ],
  ['its own Job on the way out', [job({ deletionTimestamp })], /are being deleted/],
  ['a StatefulSet', [statefulSet], /StatefulSet n0 is there/],
  ['its pod', [pod({ name: 'n0-0', labels: { 'sei.io/node': 'n0' } })], /Pod n0-0 must go first/],
  [
    'its pod without a label',
    [pod({ name: 'n0-0', labels: {}, ownerReferences: [] })],
    /Pod n0-0 .*must go first/,
  ],
  ['the pod of a former Job', [pod({ deletionTimestamp })], /n0-bootstrap-x \(being deleted\) must go first/],
  ['a pod of a former Job that has ended', [pod({}, { status: { phase: 'Failed' } })], /must go first/],
  [
    'anybody’s pod on its volume',
    [pod({ name: 'debug', labels: {}, ownerReferences: [] }, mounts('data-n0'))],
    /Pod debug/,
  ],
];
for (const [what, there, words] of inTheWay) {
  test(`no Job is made beside ${what}, and nothing is deleted`, async t => {
    const objects = new FakeObjects(there, []);
    const said = await told('deploy-bootstrap-job', objects);
    t.regex(said, /^waiting/);
    t.regex(said, words);
    t.deepEqual(writes(objects), []);
  });
}

test('pods of others, and one that has done with the volume, are in nobody’s way', async t => {
  const objects = new FakeObjects([
    pod({ name: 'other', labels: {}, ownerReferences: [] }, mounts('data-n1')),
    pod(
      { name: 'done', labels: {}, ownerReferences: [] },
      { ...mounts('data-n0'), status: { phase: 'Succeeded' } },
    ),
  ]);
  t.is(await told('deploy-bootstrap-job', objects), 'complete');
});

test('the Job of a former task is deleted by its UID, and another is made once it is gone', async t => {
  const objects = new FakeObjects([job({ annotations: { 'sei.io/task': 'former' } })]);
  t.regex(
    await told('deploy-bootstrap-job', objects),
    /^waiting Job n0-bootstrap and its pod are being deleted/,
  );
  t.is(await told('deploy-bootstrap-job', objects), 'complete');
  t.deepEqual(writes(objects), ['delete Job n0-bootstrap', 'create Job n0-bootstrap']);
});

test('a Job that somebody makes in between is waited for, one that the API server refuses fails the plan', async t => {
  for (const [status, kind] of [
    [409, 'waiting'],
    [422, 'terminal'],
    [403, 'waiting'],
  ] as const) {
    const objects = new FakeObjects([]);
    objects.before = asked => {
      if (asked.startsWith('create')) throw refusal(status, 'as it is');
    };
    t.is((await run('deploy-bootstrap-job', objects)).came.kind, kind);
  }
});

test('a Secret that holds both certificate and key lets no Job be made', async t => {
  const { validator: keys } = validator;
  const mixed = made({
    ...{ fullNode: undefined, validator: { ...keys, snapshot } },
    sidecar: { tls: { secretName: 'consensus' } },
  });
  const objects = new FakeObjects([]);
  t.regex(await told('deploy-bootstrap-job', objects, mixed), /^terminal .*would carry the signing key/);
  t.deepEqual(writes(objects), []);
});

test('a bootstrap that is complete is written on the claim before anything goes on', async t => {
  const objects = new FakeObjects([job({}, complete), claim]);
  t.is(await told('await-bootstrap-complete', objects), 'complete');
  t.deepEqual(writes(objects), ['apply PersistentVolumeClaim data-n0']);
  const another = new FakeObjects([job({}, complete), claim]);
  another.before = asked => {
    if (asked.startsWith('apply')) throw refusal(409, 'Conflict');
  };
  await t.throwsAsync(run('await-bootstrap-complete', another));
});

for (const type of ['deploy-bootstrap-job', 'await-bootstrap-complete']) {
  test(`${type} asks nothing where the claim has its chain, whatever is there by now`, async t => {
    const metadata = { ...claim.metadata, annotations: { 'sei.io/bootstrapped': 'arctic-1' } };
    const objects = new FakeObjects([statefulSet, { ...claim, metadata }]);
    t.is(await told(type, objects), 'complete');
    t.deepEqual(objects.asked, []);
  });
}

for (const [what, there, words] of [
  ['runs', [job()], /^waiting Job n0-bootstrap runs seid up to 7$/],
  [
    'failed',
    [job({}, { type: 'Failed', status: 'True', message: 'why' })],
    /^terminal Job n0-bootstrap failed: why$/,
  ],
  ['is gone', [claim], /^terminal .*somebody deleted it$/],
  ['is another’s', [job({ ownerReferences: [] }, complete)], /^waiting .*left alone/],
  ['is complete, and its claim gone', [job({}, complete)], /^terminal PersistentVolumeClaim data-n0 is gone/],
] as const) {
  test(`a bootstrap whose Job ${what} is told, and nothing is written`, async t => {
    const objects = new FakeObjects(there);
    t.regex(await told('await-bootstrap-complete', objects), words);
    t.deepEqual(writes(objects), []);
  });
}

test('a teardown deletes the Job by its UID, and ends once it and its pod are really gone', async t => {
  const objects = new FakeObjects([job({}, complete), pod()]);
  t.regex(
    await told('teardown-bootstrap', objects),
    /^waiting Job n0-bootstrap and its pod are being deleted/,
  );
  t.regex(await told('teardown-bootstrap', objects), /^waiting Pod n0-bootstrap-x must go first/);
  objects.delete('Pod', 'n0-bootstrap-x');
  t.is(await told('teardown-bootstrap', objects), 'complete');
  t.deepEqual(writes(objects), ['delete Job n0-bootstrap']);
});

test('a teardown leaves somebody else’s Job alone', async t => {
  const objects = new FakeObjects([job({ ownerReferences: [] })]);
  t.regex(await told('teardown-bootstrap', objects), /^waiting .*left alone/);
  t.deepEqual(writes(objects), []);
});

test('a teardown waits for whoever else has the volume', async t => {
  const debug = pod({ name: 'debug', labels: {}, ownerReferences: [] }, mounts('data-n0'));
  t.regex(await told('teardown-bootstrap', new FakeObjects([debug])), /^waiting Pod debug/);
});

test('a teardown makes the node’s Service of the one that the controller before had for the bootstrap', async t => {
  const service = {
    kind: 'Service',
    metadata: { name: 'n0', namespace, uid: 'v', labels, ownerReferences: [owner] },
    spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'sidecar', port: 7777 }] },
  };
  const objects = new FakeObjects([service]);
  t.is(await told('teardown-bootstrap', objects), 'complete');
  t.deepEqual(writes(objects), ['merge Service n0']);
  const mended = (await objects.read({ kind: 'Service' } as never, namespace, 'n0')) as typeof service;
  t.deepEqual(mended.spec.selector as object, { 'sei.io/node': 'n0' });
  t.false(mended.spec.ports.some(({ port }) => port === 7777));
  t.false('sei.io/component' in mended.metadata.labels);
  const foreign = new FakeObjects([{ ...service, metadata: { ...service.metadata, ownerReferences: [] } }]);
  await run('teardown-bootstrap', foreign);
  t.deepEqual(writes(foreign), []);
});

for (const [what, there, words] of [
  ['Job', [job()], /^waiting Job n0-bootstrap must go first/],
  ['Job of somebody', [job({ ownerReferences: [] })], /^waiting Job n0-bootstrap must go first/],
  ['pod', [pod({ deletionTimestamp })], /^waiting Pod n0-bootstrap-x \(being deleted\)/],
] as const) {
  test(`no StatefulSet is made beside a bootstrap’s ${what}`, async t => {
    const objects = new FakeObjects(there);
    t.regex(await told('apply-statefulset', objects), words);
    t.deepEqual(writes(objects), []);
  });
}

test('a Job says for which task it was made', t => {
  const built = bootstrapJob(node, { image: 'sei:v5', height: 7 }, settings, id);
  t.deepEqual(built.ok && built.value.metadata.annotations, { 'sei.io/task': id });
});
