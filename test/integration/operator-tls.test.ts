import { persistentVolumeClaims, pods, secrets, seiNodes, statefulSets } from '../../cluster/resource.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import type { Pod } from '../kubelet/pod-status.ts';
import { gate, tasksOf, tls } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, inNamespace } = withOperator();

test('without its Secret a node stays Pending and nothing is made; with it the node runs', async t => {
  const place = await inNamespace('missing');
  await place.node(tls);
  await place.says(gate, 'False NotFound', /a plan has waited for it since .*, due by /);
  await place.says('Progressing', 'False GateClosed');
  await place.told('Warning', 'SidecarTLSSecretNotReady');
  const { status } = place.found<SeiNode>(seiNodes, 'n0')!;
  t.is(status?.phase, 'Pending');
  t.is(status?.plan, undefined);
  t.deepEqual(status?.sidecarTLS, { secretName: 'n0-tls', requiredDNSNames: place.namesOf('n0') });
  t.is(place.found(statefulSets, 'n0'), undefined);
  t.is(place.found(persistentVolumeClaims, 'data-n0'), undefined);
  const pair = await place.pair();
  const created = performance.now();
  await place.provide(pair);
  await place.says(gate, 'True Ready');
  const seen = performance.now() - created;
  await place.runs();
  t.log(`True after ${Math.round(seen)} ms, Running after ${Math.round(performance.now() - created)} ms`);
  t.true(seen < 30_000);
  await place.told('Normal', 'SidecarTLSSecretReady');
});

test('a certificate for other names is told with each name it lacks; a right one lets the node run', async t => {
  const place = await inNamespace('names');
  const [service, pod] = place.namesOf('n0') as [string, string];
  await place.provide(await place.pair(['elsewhere.example']));
  await place.node(tls);
  const { message } = await place.says(gate, 'False SANsMismatch');
  t.true(message.includes(service) && message.includes(pod), message);
  await place.renew(await place.pair([service]));
  const half = await place.becomes('lacks one name', ({ status }) => {
    const said = conditionOf(status, gate)?.message ?? '';
    return said.includes(pod) && !said.includes(`${service},`) && !said.startsWith(service);
  });
  t.is(conditionOf(half.status, gate)?.reason, 'SANsMismatch');
  t.is(half.status?.phase, 'Pending');
  await place.renew(await place.pair());
  await place.runs();
});

for (const [how, before, after] of [
  ['added', {}, tls],
  ['removed', tls, { sidecar: { tls: null } }],
  ['changed', tls, { sidecar: { tls: { secretName: 'other' } } }],
] as const) {
  test(`TLS cannot be ${how} on a node that runs, and it runs on`, async t => {
    const place = await inNamespace(`edit-${how}`);
    await place.provide(await place.pair());
    await place.node(before);
    await place.runs();
    const pod = place.podOf();
    const { status, body } = await place.patch(seiNodes, 'n0', { spec: after });
    t.is(status, 422);
    t.regex(JSON.stringify(body), /spec\.sidecar\.tls is immutable; delete \+ recreate the SeiNode/);
    t.is(place.podOf(), pod);
  });
}

test('without TLS there is no condition, no status.sidecarTLS and no proxy', async t => {
  const place = await inNamespace('plain');
  await place.node();
  const node = await place.runs();
  t.is(conditionOf(node.status, gate), undefined);
  t.false('sidecarTLS' in node.status!);
  t.deepEqual(
    tasksOf(node),
    initTasks.filter(type => type !== 'apply-rbac-proxy-config'),
  );
  t.deepEqual(sidecarsOf(place.found<Pod>(pods, 'n0-0')!), ['sei-sidecar']);
});

test('under TLS the plan makes the proxy’s configuration before the pod', async t => {
  const place = await inNamespace('init');
  await place.provide(await place.pair());
  await place.node(tls);
  t.deepEqual(tasksOf(await place.runs()), initTasks);
  t.deepEqual(sidecarsOf(place.found<Pod>(pods, 'n0-0')!), ['sei-sidecar', 'kube-rbac-proxy']);
});

test('a Secret that goes under a running node holds an image update and leaves the pod; with it back the update goes on', async t => {
  const place = await inNamespace('restored');
  const pair = await place.pair();
  await place.provide(pair);
  await place.node(tls);
  const { status: before } = await place.runs();
  const pod = place.podOf();
  await place.remove(secrets, 'n0-tls');
  await place.says(gate, 'False NotFound');
  await place.told('Warning', 'SidecarTLSSecretNotReady');
  await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v6.4.0' } });
  await place.says('Progressing', 'False GateClosed', /SidecarTLSSecretReady is False \(NotFound\)/);
  const { status: held } = place.found<SeiNode>(seiNodes, 'n0')!;
  t.like(held, { phase: 'Running', currentImage: 'sei:v6.3.0', plan: { id: before?.plan?.id } });
  t.is(place.podOf(), pod);
  await place.provide(pair);
  const { status: after } = await place.becomes(
    'runs the new image',
    ({ status }) => status?.currentImage === 'sei:v6.4.0' && status.plan?.phase === 'Complete',
  );
  t.deepEqual(
    after?.plan?.tasks.map(({ type }) => type),
    ['apply-statefulset', 'apply-service', 'replace-pod', 'observe-image', 'mark-ready'],
  );
  t.not(place.podOf(), pod);
  t.true(place.found<Pod>(pods, 'n0-0')?.spec.containers.some(({ image }) => image === 'sei:v6.4.0'));
});

const initTasks = [
  ...['ensure-data-pvc', 'apply-rbac-proxy-config', 'apply-statefulset', 'apply-service'],
  ...['configure-genesis', 'config-apply', 'config-validate', 'mark-ready'],
];

function sidecarsOf({ spec }: Pod): string[] {
  return (spec.initContainers ?? [])
    .filter(({ restartPolicy }) => restartPolicy === 'Always')
    .map(({ name }) => name);
}
