import anyTest, { type ExecutionContext } from 'ava';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import { until } from '../control-plane/until.ts';
import { settings, node as stored, tls } from '../core/resources/nodes.ts';
import { type KubeletOptions, startKubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/pod-status.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

type SeenPod = Pod & {
  readonly status: Record<string, unknown> & { readonly conditions: readonly Condition[] };
};
type Condition = { readonly type: string; readonly status: string };

/** The StatefulSet of a node in a namespace of its own, and a kubelet. */
async function withPod(t: ExecutionContext, namespace: string, options: KubeletOptions = {}) {
  const { call } = controlPlane();
  const kubelet = await startKubelet(controlPlane(), options);
  t.teardown(kubelet.stop);
  const { metadata, ...set } = statefulSet(stored(tls), settings);
  await call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
    metadata: { name: settings.SEI_SERVICE_ACCOUNT },
  });
  await call('POST', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
    ...set,
    metadata: { name: metadata.name },
  });
  const path = `/api/v1/namespaces/${namespace}/pods/n0-0`;
  const pod = async () => (await call('GET', path)).body as SeenPod;
  const isReady = async () =>
    (await pod()).status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return { kubelet, pod, isReady, remove: () => call('DELETE', path) };
}

function sidecarOf({ status }: SeenPod): unknown {
  const statuses = status.initContainerStatuses as { name: string; ready: boolean }[];
  return statuses.find(({ name }) => name === 'sei-sidecar')?.ready;
}

test('a pod runs, with its init container ended and its native sidecars running', async t => {
  const { pod, isReady } = await withPod(t, 'runs');
  t.true(await until(isReady));
  const { status } = await pod();
  t.like(status, {
    phase: 'Running',
    initContainerStatuses: [
      { name: 'seid-init', state: { terminated: { exitCode: 0 } } },
      { name: 'sei-sidecar', ready: true, started: true },
      { name: 'kube-rbac-proxy', ready: true },
    ],
    containerStatuses: [{ name: 'seid', ready: true }, { name: 'cosmos-exporter' }],
  });
});

test('a sidecar that loses readiness takes it from the pod, until it has it again', async t => {
  let ready = false;
  const { kubelet, pod, isReady } = await withPod(t, 'unready', { ready: () => ready });
  t.true(await until(async () => sidecarOf(await pod()) === false));
  t.false(await isReady());
  ready = true;
  kubelet.probe();
  t.true(await until(isReady));
  t.true(sidecarOf(await pod()));
});

test('a pod that is deleted terminates while it is held, and its successor runs after it', async t => {
  let held = false;
  const { kubelet, pod, isReady, remove } = await withPod(t, 'held', { holds: () => held });
  t.true(await until(isReady));
  const { uid } = (await pod()).metadata;
  held = true;
  await remove();
  const dying = (await pod()).metadata;
  t.is(dying.uid, uid);
  t.truthy(dying.deletionTimestamp);
  held = false;
  kubelet.probe();
  t.true(await until(async () => (await pod()).metadata.uid !== uid && (await isReady())));
});
