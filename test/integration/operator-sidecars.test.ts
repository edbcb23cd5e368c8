import { configMaps, seiNodes, services, statefulSets } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import type { Fate } from '../sidecars/tasks.ts';
import { gate, tasksOf, tls } from './place.ts';
import { restartSidecar, withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

for (const [how, spec] of [
  ['under TLS', tls],
  ['without TLS', {}],
] as const) {
  test(`a sidecar ${how} that was restarted is told mark-ready, and nothing else`, async t => {
    const place = await inNamespace(`restarted-${'sidecar' in spec ? 'tls' : 'plain'}`);
    await place.provide(await place.pair());
    await place.node(spec);
    const { status: before } = await place.runs();
    await place.says('SidecarReady', 'True Ready');
    const pod = place.podOf();
    await restartSidecar(bed(), place);
    const node = await place.becomes(
      'is marked ready again',
      ({ status }) => status?.plan?.id !== before?.plan?.id && status?.plan?.phase === 'Complete',
    );
    t.deepEqual(tasksOf(node), ['mark-ready']);
    await place.says('SidecarReady', 'True Ready');
    t.deepEqual(sentTo(place.key('n0')), ['mark-ready']);
    await place.told('Warning', 'SidecarReadinessLost');
    await place.told('Normal', 'SidecarReadinessRestored');
    t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Running');
    t.is(place.podOf(), pod);
  });
}

const fromProxy = (words: string) => words;
for (const [status, body, words] of [
  [401, fromProxy('Unauthorized'), /does not accept the operator's token and answers 401.*tokenreviews/],
  [401, { error: 'no user' }, /is told no user by kube-rbac-proxy.*--auth-header-fields-enabled=true/],
  [403, fromProxy('Forbidden'), /answers 403: the operator needs create on seinodetasks\.sei\.io refuses-/],
  [500, { error: 'disk is full' }, /the sidecar answers 500 \(disk is full\)/],
  [502, fromProxy(''), /kube-rbac-proxy has no way to the sidecar and answers 502/],
] as const) {
  const who = typeof body === 'string' ? 'proxy' : 'sidecar';
  test(`a ${who} that answers ${status} is told, and the plan goes on when it no longer does`, async t => {
    const place = await inNamespace(`refuses-${status}-${who}`);
    bed().said.refusals.set(place.key('n0'), { status, body });
    await place.provide(await place.pair());
    await place.node(tls);
    const { message } = await place.says('Progressing', 'True TaskWaiting', words);
    t.regex(message, /^task configure-genesis waits: /);
    t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Initializing');
    bed().said.refusals.delete(place.key('n0'));
    await place.runs();
  });
}

for (const [resource, api, name] of [
  [statefulSets, 'apis/apps/v1', 'n0'],
  [services, 'api/v1', 'n0'],
  [configMaps, 'api/v1', 'n0-rbac-proxy-config'],
] as const) {
  test(`a ${resource.kind} that somebody deletes amid a plan is made again, and the plan goes on`, async t => {
    const place = await inNamespace(`gone-${resource.plural}`);
    const refused = { status: 500, body: { error: 'disk is full' } };
    bed().said.refusals.set(place.key('n0'), refused);
    await place.provide(await place.pair());
    await place.node(tls);
    const { status } = await place.becomes('waits for its sidecar', ({ status }) =>
      conditionOf(status, 'Progressing')?.message?.includes('disk is full'),
    );
    const path = `/${api}/namespaces/${place.namespace}/${resource.plural}/${name}`;
    const uid = async () =>
      ((await bed().controlPlane.call('GET', path)).body as KubernetesObject).metadata.uid;
    const before = await uid();
    await place.remove(resource, name);
    t.true(await until(async () => ![undefined, before].includes(await uid())));
    bed().said.refusals.delete(place.key('n0'));
    t.is((await place.runs()).status?.plan?.id, status?.plan?.id);
  });
}

test('a sidecar with a certificate of another authority is told, and gets no request', async t => {
  const place = await inNamespace('stranger');
  const pair = await place.pair();
  const stranger = await createAuthority('stranger');
  await place.provide(pair);
  place.serve(await stranger.issue({ commonName: 'n0' }, place.namesOf('n0')));
  await place.node(tls);
  await place.says(
    'Progressing',
    'True TaskWaiting',
    /https:\/\/n0-0\.n0\.stranger\.svc\.cluster\.local:8443 is not trusted and gets no request: its certificate is not from the authority in Secret stranger\/n0-tls/,
  );
  t.deepEqual(sentTo(place.key('n0')), []);
  t.is(conditionOf(place.found<SeiNode>(seiNodes, 'n0')?.status, gate)?.status, 'True');
  place.serve(pair);
  await place.runs();
});

test('a sidecar that does not come to terms on TLS is told', async t => {
  const place = await inNamespace('mute');
  const pair = await place.pair();
  await place.provide(pair);
  bed().said.pairs.delete(place.key('n0'));
  await place.node(tls);
  await place.says('Progressing', 'True TaskWaiting', /the sidecar at .* \(\w+\)$/);
  place.serve(pair);
  await t.notThrowsAsync(place.runs());
});

test('a task that fails is tried again, and its retries are counted', async t => {
  const place = await inNamespace('retries');
  const fates: Fate[] = [{ failed: 'no genesis 1' }, { failed: 'no genesis 2' }];
  bed().said.fates.set(place.key('n0'), ({ type }) =>
    type === 'configure-genesis' ? (fates.shift() ?? 'completed') : 'completed',
  );
  await place.node();
  const first = await place.says('Progressing', 'True TaskRetrying', /no genesis 1/);
  t.regex(first.message, /\(1 of 180\)/);
  const second = await place.says('Progressing', 'True TaskRetrying', /no genesis 2/);
  t.regex(second.message, /\(2 of 180\)/);
  const { status } = await place.runs();
  const task = status?.plan?.tasks.find(({ type }) => type === 'configure-genesis');
  t.like(task, { status: 'Complete', retryCount: 2, maxRetries: 180 });
  t.false('error' in task!);
});

test('a task that fails for good leaves the node Failed with its words, and a change of spec begins anew', async t => {
  const place = await inNamespace('failed');
  bed().said.fates.set(place.key('n0'), ({ type }) =>
    type === 'config-apply' ? { failed: 'unknown key evm.prot' } : 'completed',
  );
  await place.node({ overrides: { 'evm.prot': '1' } });
  await place.says('Progressing', 'False PlanFailed', /task config-apply failed: unknown key evm\.prot/);
  await place.told('Warning', 'NodeFailed');
  t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Failed');
  bed().said.fates.delete(place.key('n0'));
  await place.patch(seiNodes, 'n0', { spec: { overrides: null } });
  await place.runs();
});

/** The types of the tasks that a node's sidecar was sent since it began. */
function sentTo(node: string): string[] {
  return bed()
    .sidecars.tasksOf(node)
    .map(({ type }) => type);
}
