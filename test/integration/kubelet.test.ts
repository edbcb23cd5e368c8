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

test('a pod that is kept apart from another waits until that is gone, whichever of the two says so', async t => {
  const { call } = controlPlane();
  t.teardown((await startKubelet(controlPlane())).stop);
  await call('POST', '/api/v1/namespaces', { metadata: { name: 'apart' } });
  await call('POST', '/api/v1/namespaces/apart/serviceaccounts', { metadata: { name: 'default' } });
  const make = async (name: string, team: string, affinity: object) => {
    const spec = { affinity, containers: [{ name: 'c', image: 'i' }] };
    await call('POST', '/api/v1/namespaces/apart/pods', { metadata: { name, labels: { team } }, spec });
  };
  const on = async () => {
    const { body } = await call('GET', '/api/v1/namespaces/apart/pods');
    const { items } = body as { items: readonly Pod[] };
    return items.filter(({ spec }) => spec.nodeName !== undefined).map(({ metadata }) => metadata.name);
  };
  const are = (names: readonly string[]) => until(async () => (await on()).join() === names.join());
  const term = { labelSelector: { matchLabels: { team: 'a' } }, topologyKey: 'kubernetes.io/hostname' };
  const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  await make('p0', 'a', apart);
  t.true(await are(['p0']));
  for (const [name, affinity] of [
    ['p1', {}],
    ['p2', apart],
  ] as const)
    await make(name, 'a', affinity);
  await make('p3', 'b', {});
  t.true(await are(['p0', 'p3']));
  await call('DELETE', '/api/v1/namespaces/apart/pods/p0');
  t.true(await are(['p1', 'p3']));
  await call('DELETE', '/api/v1/namespaces/apart/pods/p1');
  t.true(await are(['p2', 'p3']));
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
