import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import { hasBootstrapped, isBootstrapping } from '../../../core/plan/bootstrap.ts';
import {
  asBootstrapping,
  bootstrapPod,
  isBootstrapPod,
  type Job,
  type JobState,
  jobState,
  remainingPods,
} from '../../../core/plan/bootstrap-job.ts';
import { initPlan } from '../../../core/plan/build.ts';
import type { Pod } from '../../../core/plan/observed.ts';
import type { SeiNode, TaskPlan } from '../../../core/seinode.ts';
import { node, planID, refusals, tls } from './nodes.ts';

const snapshot = { s3: { targetHeight: 7 }, bootstrapImage: 'sei:v5' };
const subject = node({ fullNode: { snapshot } });
const { name, namespace, uid = '' } = subject.metadata;
const jobName = `${name}-bootstrap`;
const deletionTimestamp = '2026-05-01T11:00:00Z';

/** A plan whose tasks before the n-th are complete. */
function after({ tasks, ...plan }: TaskPlan, count: number): TaskPlan {
  return {
    ...plan,
    tasks: tasks.map((task, at) => (at < count ? { ...task, status: 'Complete' as const } : task)),
  };
}

test('docs/spec/bootstrap.md has a node that bootstraps, and its tasks in their order', t => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/spec/bootstrap.md'), 'utf8');
  const example = load(/```yaml\n([\s\S]*?)```/.exec(page)![1]!) as SeiNode;
  t.deepEqual(refusals(example), []);
  const peers = [{ static: { addresses: ['id@host:26656'] } }];
  const { spec } = example;
  const publishing = { tendermint: { keepRecent: 2, publish: {} } };
  const full = { ...spec.fullNode, snapshotGeneration: publishing };
  const plan = initPlan({ ...example, spec: { ...spec, fullNode: full, peers, sidecar: tls } }, planID);
  const [, table = ''] = page.split('## What is done, in this order');
  const documented = [...table.split('##')[0]!.matchAll(/^\| ([a-z][^|]+) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(', '),
  );
  t.deepEqual(
    documented.filter(type => type !== 'task' && type !== 'validate-*'),
    plan.tasks.map(({ type }) => type),
  );
});

test('the Job’s pod is the one for the tasks after it was made, up to its end, and for no other', t => {
  for (const facts of [{}, { bootstrapJob: true }]) {
    const plan = initPlan(subject, planID, facts);
    const types = plan.tasks.map(({ type }) => type);
    const [from, to] = [types.indexOf('deploy-bootstrap-job'), types.lastIndexOf('teardown-bootstrap')];
    for (const at of types.keys()) {
      t.is(isBootstrapping(after(plan, at)), from < at && at < to, `${types[at]} ${at}`);
    }
    t.false(isBootstrapping(after(plan, types.length)));
  }
  t.false(isBootstrapping(undefined));
  t.false(isBootstrapping(initPlan(node({ fullNode: {} }), planID)));
});

test('a plan has brought the volume to its chain once its bootstrap is complete', t => {
  const plan = initPlan(subject, planID);
  const end = plan.tasks.findIndex(({ type }) => type === 'await-bootstrap-complete');
  t.deepEqual(
    [end, end + 1].map(count => hasBootstrapped(after(plan, count))),
    [false, true],
  );
  t.false(hasBootstrapped(undefined));
});

const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name, uid, controller: true };
const job = (more: object = {}, ...conditions: object[]) =>
  ({
    metadata: { name: jobName, namespace, uid: 'j', ownerReferences: [owner], ...more },
    status: { conditions },
  }) as Job;
const pod = (more: object = {}, status: object = {}, spec: object = {}) =>
  ({
    metadata: {
      ...{ name: `${jobName}-abcde`, namespace, uid: 'p' },
      labels: { 'sei.io/node': name, 'sei.io/component': 'bootstrap' },
      ownerReferences: [{ kind: 'Job', name: jobName, uid: 'j', controller: true }],
      ...more,
    },
    ...{ spec, status },
  }) as Pod;
const condition = (type: string, status = 'True') => ({ type, status, message: 'as it is' });
const ended = (exitCode: number, reason?: string) => ({
  containerStatuses: [{ name: 'seid', state: { terminated: { exitCode, ...(reason && { reason }) } } }],
});

const states: readonly (readonly [string, Job | undefined, readonly Pod[], JobState['kind'], RegExp?])[] = [
  ['one that runs', job(), [pod()], 'running'],
  [
    'one whose end is not so',
    job({}, condition('Complete', 'False'), condition('Failed', 'False')),
    [],
    'running',
  ],
  ['one that is complete', job({}, condition('Complete')), [pod()], 'complete'],
  ['one that is complete and goes', job({ deletionTimestamp }, condition('Complete')), [], 'complete'],
  ['one that failed', job({}, condition('Failed')), [], 'failed', /^Job \S+-bootstrap failed: as it is$/],
  [
    'one whose seid failed',
    job({}, condition('Failed')),
    [pod({}, ended(137, 'OOMKilled'))],
    'failed',
    /failed: as it is; container seid ended with 137 \(OOMKilled\)$/,
  ],
  [
    'one that was evicted',
    job({}, condition('Failed')),
    [pod({}, { message: 'disk is full' })],
    'failed',
    /; disk is full$/,
  ],
  [
    'one of whose predecessor a pod is left',
    job({}, condition('Failed')),
    [pod({ ownerReferences: [] }, ended(1))],
    'failed',
    /as it is$/,
  ],
  ['none', undefined, [pod()], 'failed', /is gone: somebody deleted it/],
  ['one that goes', job({ deletionTimestamp }), [], 'blocked', /is being deleted, since/],
  [
    'nobody’s',
    job({ ownerReferences: [] }, condition('Complete')),
    [],
    'blocked',
    /belongs to no SeiNode: it is left alone, delete it/,
  ],
  [
    'a namesake’s',
    job({ ownerReferences: [{ ...owner, uid: 'former' }] }, condition('Failed')),
    [],
    'blocked',
    /belongs to SeiNode \S+ \(UID former\)/,
  ],
];
for (const [what, job, pods, kind, words = /(?:)/] of states) {
  test(`${what} is ${kind}`, t => {
    const state = jobState(subject, job, pods);
    t.is(state.kind, kind);
    t.regex('message' in state ? state.message : '', words);
  });
}

test('the pod of a Job is told by its owner, the one that stays before one that goes', t => {
  const [goes, stays, foreign] = [
    pod({ name: 'goes', deletionTimestamp }),
    pod({ name: 'stays' }),
    pod({
      name: 'foreign',
      ownerReferences: [{ kind: 'Job', name: jobName, uid: 'former', controller: true }],
    }),
  ];
  t.is(bootstrapPod(job(), [foreign, goes, stays])?.metadata.name, 'stays');
  t.is(bootstrapPod(job(), [foreign, goes])?.metadata.name, 'goes');
  t.is(bootstrapPod(job(), [foreign]), undefined);
  t.is(bootstrapPod(undefined, [stays]), undefined);
});

test('a pod bootstraps by its labels or by its owner, and the node’s own does not', t => {
  t.true(isBootstrapPod(subject, pod({ ownerReferences: [] })));
  t.true(isBootstrapPod(subject, pod({ labels: {} })));
  t.false(isBootstrapPod(subject, pod({ labels: { 'sei.io/component': 'bootstrap' }, ownerReferences: [] })));
  t.false(
    isBootstrapPod(
      subject,
      pod({
        labels: { 'sei.io/node': name },
        ownerReferences: [{ kind: 'StatefulSet', name, uid: 's', controller: true }],
      }),
    ),
  );
});

test('what remains is told with its state', t => {
  t.is(remainingPods([]), undefined);
  const said = remainingPods([
    pod({ name: 'a' }),
    pod({ name: 'b', deletionTimestamp }),
    pod({ name: 'c', ownerReferences: [] }),
  ]);
  t.is(said, 'Pod a, Pod b (being deleted), Pod c (nobody manages it: delete it) must go first');
});

test('a sidecar without a proxy is asked as one without TLS; behind a proxy never', t => {
  const secured = node({ fullNode: { snapshot }, sidecar: { ...tls, port: 7000 } });
  const proxied = pod({}, {}, { initContainers: [{ name: 'kube-rbac-proxy' }] });
  t.is(asBootstrapping(secured, proxied), secured);
  t.deepEqual(asBootstrapping(secured, pod()).spec.sidecar, { port: 7000 });
  t.is(asBootstrapping(subject, pod()), subject);
});
