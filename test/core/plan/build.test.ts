import test from 'ava';
import { imageUpdatePlan, initPlan, markReadyPlan } from '../../../core/plan/build.ts';
import { appliedImage, planKind } from '../../../core/plan/plan-kind.ts';
import { taskID, taskKind } from '../../../core/plan/tasks.ts';
import type { SeiNode, TaskPlan } from '../../../core/seinode.ts';
import { fullNode, node, planID, refusals, tls } from './nodes.ts';

const peers = [{ static: { addresses: ['id@host:26656'] } }];
const s3 = { s3: { targetHeight: 7 }, trustPeriod: '9999h0m0s' };
const stateSync = { stateSync: {} };
const snapshotGeneration = { tendermint: { keepRecent: 5, publish: {} } };
const bootstrapImage = 'sei:v5';
const keys = {
  signingKey: { secret: { secretName: 'sign' } },
  nodeKey: { secret: { secretName: 'id' } },
  operatorKeyring: {
    secret: { secretName: 'ring', passphraseSecretRef: { secretName: 'pass', key: 'word' } },
  },
};
const start = 'ensure-data-pvc, apply-statefulset, apply-service';
const proxied = 'ensure-data-pvc, apply-rbac-proxy-config, apply-statefulset, apply-service';
const end = 'config-validate, mark-ready';

function typesOf({ tasks }: TaskPlan): string {
  return tasks.map(({ type }) => type).join(', ');
}

const starts = test.macro((t, spec: Partial<SeiNode['spec']>, types: string) => {
  const subject = node(spec);
  const plan = initPlan(subject, planID);
  t.is(typesOf(plan), types);
  t.is(planKind(plan), 'init');
  t.deepEqual(refusals(node(spec, { plan })), []);
});

test('a full node from genesis', starts, fullNode, `${start}, configure-genesis, config-apply, ${end}`);
test(
  'under TLS the proxy is configured before the StatefulSet',
  starts,
  { ...fullNode, sidecar: tls },
  `${proxied}, configure-genesis, config-apply, ${end}`,
);
test(
  'a full node with peers discovers them between config-apply and config-validate',
  starts,
  { ...fullNode, peers },
  `${start}, configure-genesis, config-apply, discover-peers, ${end}`,
);
test(
  'a snapshot in S3 is restored first, and state sync configured',
  starts,
  { fullNode: { snapshot: s3 }, peers },
  `${start}, snapshot-restore, configure-genesis, config-apply, discover-peers, configure-state-sync, ${end}`,
);
test(
  'state sync restores nothing',
  starts,
  { fullNode: { snapshot: stateSync } },
  `${start}, configure-genesis, config-apply, configure-state-sync, ${end}`,
);
test(
  'a node that publishes snapshots uploads them before mark-ready',
  starts,
  { archive: { snapshotGeneration }, peers },
  `${start}, configure-genesis, config-apply, discover-peers, config-validate, snapshot-upload, mark-ready`,
);
test(
  'an archive that keeps its snapshots uploads none',
  starts,
  { archive: { snapshotGeneration: { tendermint: { keepRecent: 1 } } } },
  `${start}, configure-genesis, config-apply, ${end}`,
);
test(
  'a bootstrap image with a height has a Job bring the volume there, and the StatefulSet come after it',
  starts,
  { fullNode: { snapshot: { ...s3, bootstrapImage }, snapshotGeneration }, peers },
  `ensure-data-pvc, deploy-bootstrap-service, deploy-bootstrap-job, snapshot-restore, configure-genesis, config-apply, discover-peers, configure-state-sync, ${end}, await-bootstrap-complete, teardown-bootstrap, apply-statefulset, apply-service, configure-genesis, config-apply, discover-peers, config-validate, snapshot-upload, mark-ready`,
);
test(
  'under TLS the proxy is configured before the bootstrap',
  starts,
  { fullNode: { snapshot: { ...s3, bootstrapImage } }, sidecar: tls },
  `ensure-data-pvc, apply-rbac-proxy-config, deploy-bootstrap-service, deploy-bootstrap-job, snapshot-restore, configure-genesis, config-apply, configure-state-sync, ${end}, await-bootstrap-complete, teardown-bootstrap, apply-statefulset, apply-service, configure-genesis, config-apply, ${end}`,
);
test(
  'a validator’s keys are looked at before its bootstrap',
  starts,
  { validator: { ...keys, snapshot: { ...s3, bootstrapImage } } },
  `ensure-data-pvc, validate-signing-key, validate-node-key, validate-operator-keyring, deploy-bootstrap-service, deploy-bootstrap-job, snapshot-restore, configure-genesis, config-apply, configure-state-sync, ${end}, await-bootstrap-complete, teardown-bootstrap, apply-statefulset, apply-service, configure-genesis, config-apply, ${end}`,
);
test(
  'a bootstrap image means nothing where state is synced',
  starts,
  { fullNode: { snapshot: { ...stateSync, bootstrapImage } } },
  `${start}, configure-genesis, config-apply, configure-state-sync, ${end}`,
);
test(
  'a replayer restores its snapshot',
  starts,
  { replayer: { snapshot: s3 }, peers },
  `${start}, snapshot-restore, configure-genesis, config-apply, discover-peers, configure-state-sync, ${end}`,
);
test('a replayer that exports results is told so just before mark-ready; who exports none is not', t => {
  const resultExport = { shadowResult: { canonicalRpc: 'http://rpc:26657' } };
  const subject = node({ replayer: { snapshot: s3, resultExport }, peers });
  const results = { bucket: 'b', region: 'r', prefix: '' };
  const plan = initPlan(subject, planID, { results });
  t.regex(typesOf(plan), /config-validate, result-export, mark-ready$/);
  t.deepEqual(refusals(node(subject.spec, { plan })), []);
  t.is(taskKind('result-export')?.doneAt, 'submission');
  t.notRegex(typesOf(initPlan(subject, planID)), /result-export/);
});
test(
  'a validator has its keys checked before anything mounts them',
  starts,
  { validator: keys, sidecar: tls },
  `ensure-data-pvc, validate-signing-key, validate-node-key, validate-operator-keyring, apply-rbac-proxy-config, apply-statefulset, apply-service, configure-genesis, config-apply, ${end}`,
);
test(
  'a validator with a keyring alone has that one checked',
  starts,
  { validator: { operatorKeyring: keys.operatorKeyring } },
  `ensure-data-pvc, validate-operator-keyring, apply-statefulset, apply-service, configure-genesis, config-apply, ${end}`,
);

test('on a volume that has its chain nothing bootstraps, and a Job that is left goes first', t => {
  const subject = node({ fullNode: { snapshot: { ...s3, bootstrapImage } } });
  const left = typesOf(initPlan(subject, planID, { bootstrapped: true, bootstrapJob: true }));
  t.is(left, `teardown-bootstrap, ${start}, configure-genesis, config-apply, ${end}`);
  const anew = typesOf(initPlan(subject, planID, { bootstrapJob: true }));
  t.true(
    anew.startsWith('teardown-bootstrap, ensure-data-pvc, deploy-bootstrap-service, deploy-bootstrap-job'),
  );
});

test('the tasks of a bootstrap have the parameters of existing fleets', t => {
  const { tasks } = initPlan(node({ fullNode: { snapshot: { ...s3, bootstrapImage } } }), planID);
  const params = (type: string) => tasks.find(task => task.type === type)?.params;
  const { name, namespace } = node({}).metadata;
  const job = { jobName: `${name}-bootstrap`, namespace };
  t.deepEqual(params('deploy-bootstrap-service'), { serviceName: name, namespace });
  t.deepEqual(params('deploy-bootstrap-job'), job);
  t.deepEqual(params('await-bootstrap-complete'), job);
  t.deepEqual(params('teardown-bootstrap'), { ...job, serviceName: name });
});

test('a volume with the chain on it is neither restored nor state-synced', t => {
  const plan = initPlan(node({ fullNode: { snapshot: s3 } }), planID, { bootstrapped: true });
  t.is(typesOf(plan), `${start}, configure-genesis, config-apply, ${end}`);
});

test('where a pod of a former plan is left, it is replaced once the new template is applied', t => {
  const plan = initPlan(node(fullNode), planID, { mayHavePod: true });
  t.is(typesOf(plan), `${start}, replace-pod, configure-genesis, config-apply, ${end}`);
  t.is(planKind(plan), 'init');
});

test('an init plan leads to Running or to Failed', t => {
  const { phase, targetPhase, failedPhase, id } = initPlan(node(fullNode), planID);
  t.deepEqual(
    { phase, targetPhase, failedPhase, id },
    {
      phase: 'Active',
      targetPhase: 'Running',
      failedPhase: 'Failed',
      id: planID,
    },
  );
});

test('an image update applies, replaces the pod, observes it and marks it ready, and its failure has no phase', t => {
  const plan = imageUpdatePlan(node({ ...fullNode, sidecar: tls }), planID);
  t.is(typesOf(plan), 'apply-statefulset, apply-service, replace-pod, observe-image, mark-ready');
  t.is(plan.failedPhase, undefined);
  t.is(planKind(plan), 'image update');
  t.deepEqual(refusals(node(fullNode, { plan })), []);
});

test('mark-ready alone is a plan, and its failure has no phase', t => {
  const plan = markReadyPlan(node({ ...fullNode, sidecar: tls }), planID);
  t.is(typesOf(plan), 'mark-ready');
  t.is(plan.failedPhase, undefined);
  t.is(planKind(plan), 'mark-ready');
});

test('a plan of other tasks is of no known kind', t => {
  t.is(
    planKind({ phase: 'Active', tasks: [{ id: 'x', type: 'update-node-specs', status: 'Pending' }] }),
    'other',
  );
});

test('every task has the id that google/uuid and Python give for planID/type/index', t => {
  t.is(taskID(planID, 'ensure-data-pvc', 0), '101a6094-f9e1-518d-9eec-dd5870c5c637');
  t.is(taskID(planID, 'mark-ready', 4), 'a2462d10-ea89-5bf6-adbf-8339ee9e2772');
  const plan = imageUpdatePlan(node(fullNode), planID);
  t.is(plan.tasks[4]?.id, 'a2462d10-ea89-5bf6-adbf-8339ee9e2772');
  const all = initPlan(node({ fullNode: { snapshot: s3, snapshotGeneration }, peers }), planID).tasks;
  t.deepEqual(
    all.map(({ id }) => id),
    all.map(({ type }, index) => taskID(planID, type, index)),
  );
});

test('configure-genesis, discover-peers and replace-pod may be tried again, nothing else', t => {
  const { tasks } = initPlan(node({ fullNode: { snapshot: s3, snapshotGeneration }, peers }), planID, {
    mayHavePod: true,
  });
  const retried = tasks.filter(({ maxRetries }) => maxRetries !== undefined);
  t.deepEqual(
    retried.map(({ type, maxRetries }) => `${type} ${maxRetries}`),
    ['replace-pod 3', 'configure-genesis 180', 'discover-peers 20'],
  );
});

test('config-validate, snapshot-upload and mark-ready are done once the sidecar has them', t => {
  const plan = initPlan(node({ fullNode: { snapshot: s3, snapshotGeneration }, peers }), planID);
  const types = plan.tasks
    .filter(({ type }) => taskKind(type)?.doneAt === 'submission')
    .map(({ type }) => type);
  t.deepEqual(types, ['config-validate', 'snapshot-upload', 'mark-ready']);
});

for (const type of ['assemble-and-upload-genesis', 'constructor', '']) {
  test(`task type ${type || 'of no name'} is not served`, t => {
    t.is(taskKind(type), undefined);
  });
}

test('the image that a plan applied is known once it is applied', t => {
  const plan = imageUpdatePlan(node(fullNode), planID);
  t.is(appliedImage(plan), undefined);
  const [first, ...rest] = plan.tasks;
  t.is(appliedImage({ ...plan, tasks: [{ ...first!, status: 'Complete' }, ...rest] }), 'seid:v1');
});
