import test from 'ava';
import {
  type Pod,
  runningImage,
  type SidecarState,
  type StatefulSet,
  sidecarState,
} from '../../../core/plan/observed.ts';
import { observeImage, type Rollout, replacePod } from '../../../core/plan/rollout.ts';

type Options = { readonly revision?: string; readonly going?: boolean; readonly owner?: string };

function pod({ revision = 'new', going, owner = 's-1' }: Options = {}): Pod {
  return {
    metadata: {
      name: 'n0-0',
      namespace: 'arctic',
      uid: 'p-1',
      labels: { 'controller-revision-hash': revision },
      ownerReferences: [{ kind: 'StatefulSet', uid: owner, controller: true }],
      ...(going && { deletionTimestamp: '2026-05-01T12:00:00Z' }),
    },
    spec: {
      containers: [
        { name: 'cosmos-exporter', image: 'x' },
        { name: 'seid', image: `mirror/${revision}` },
      ],
    },
  };
}

function statefulSet(observedGeneration = 2): StatefulSet {
  return {
    metadata: { name: 'n0', namespace: 'arctic', uid: 's-1', generation: 2 },
    spec: { template: { spec: { containers: [{ name: 'seid', image: 'seid:new' }] } } },
    status: { observedGeneration, updateRevision: 'new' },
  };
}

const says = test.macro((t, rollout: Rollout, kind: Rollout['kind']) => t.is(rollout.kind, kind));

test(
  'replace-pod: a pod of the former template is deleted',
  says,
  replacePod(statefulSet(), pod({ revision: 'old' })),
  'delete',
);
test('replace-pod: a pod of the new one is left', says, replacePod(statefulSet(), pod()), 'complete');
test('replace-pod: no pod is none to delete', says, replacePod(statefulSet(), undefined), 'complete');
test(
  'replace-pod: a pod on its way out is waited for',
  says,
  replacePod(statefulSet(), pod({ revision: 'old', going: true })),
  'waiting',
);
test(
  "replace-pod: another's pod is never deleted",
  says,
  replacePod(statefulSet(), pod({ revision: 'old', owner: 's-0' })),
  'waiting',
);
test(
  'replace-pod: a template that its controller has not seen is waited for',
  says,
  replacePod(statefulSet(1), pod({ revision: 'old' })),
  'waiting',
);
test(
  'replace-pod: a StatefulSet that is not there is waited for',
  says,
  replacePod(undefined, pod()),
  'waiting',
);
test('observe-image: a pod of the new template', says, observeImage(statefulSet(), pod()), 'complete');
test(
  'observe-image: one of the former',
  says,
  observeImage(statefulSet(), pod({ revision: 'old' })),
  'waiting',
);
test('observe-image: one on its way out', says, observeImage(statefulSet(), pod({ going: true })), 'waiting');
test('observe-image: none', says, observeImage(statefulSet(), undefined), 'waiting');
test('observe-image: a template not seen yet', says, observeImage(statefulSet(1), pod()), 'waiting');

test('the pod to delete is told by its UID', t => {
  t.deepEqual(replacePod(statefulSet(), pod({ revision: 'old' })), {
    kind: 'delete',
    name: 'n0-0',
    uid: 'p-1',
  });
});

test('the running image is the template of a pod made of it, else the pod its own', t => {
  t.is(runningImage(statefulSet(), pod()), 'seid:new');
  t.is(runningImage(statefulSet(), pod({ revision: 'old' })), 'mirror/old');
  t.is(runningImage(undefined, pod()), undefined);
  t.is(runningImage(statefulSet(), undefined), undefined);
});

const startedAt = '2026-05-01T12:00:00Z';
const observed = test.macro((t, status: object[] | undefined, state: SidecarState) => {
  t.deepEqual(
    sidecarState({ ...pod(), ...(status && { status: { initContainerStatuses: status as never } }) }),
    state,
  );
});

test(
  'a sidecar whose probe passes is ready',
  observed,
  [{ name: 'sei-sidecar', ready: true, state: { running: { startedAt } } }],
  { ready: true, startedAt },
);
test(
  'one whose probe fails is not',
  observed,
  [{ name: 'sei-sidecar', ready: false, state: { running: { startedAt } } }],
  { ready: false, startedAt },
);
test(
  'one that crashed is stopped',
  observed,
  [{ name: 'sei-sidecar', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
  { stopped: true },
);
test(
  'a pod without its status is unknown',
  observed,
  [{ name: 'seid-init', ready: true, state: { running: { startedAt } } }],
  {},
);
test('a pod without any status is unknown', observed, undefined, {});
test('in a pod of the controller before, kube-rbac-proxy is probed for the sidecar behind it', t => {
  const readinessProbe = { httpGet: { path: '/v0/healthz' } };
  const initContainers = [{ name: 'sei-sidecar' }, { name: 'kube-rbac-proxy', readinessProbe }];
  const containerOf = (name: string, ready: boolean) => ({ name, ready, state: { running: { startedAt } } });
  const initContainerStatuses = [containerOf('sei-sidecar', true), containerOf('kube-rbac-proxy', false)];
  const probed = { ...pod(), spec: { initContainers }, status: { initContainerStatuses } };
  t.deepEqual(sidecarState(probed), { ready: false, startedAt });
});
test('a pod on its way out and no pod are unknown', t => {
  const status = {
    initContainerStatuses: [{ name: 'sei-sidecar', ready: false, state: { running: { startedAt } } }],
  };
  t.deepEqual(sidecarState({ ...pod({ going: true }), status }), {});
  t.deepEqual(sidecarState(undefined), {});
});
