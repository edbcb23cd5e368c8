import test from 'ava';
import { inferredNode, readOrphan } from '../../core/findings/orphan-node.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { bootstrapJob } from '../../core/resources/bootstrap.ts';
import { findings } from '../../scripts/vap/listener-findings.ts';
import { createJudge } from '../../wasm/judge.ts';
import { until } from '../control-plane/until.ts';
import { goldenNodes } from '../core/resources/golden.ts';
import { node, settings, tls } from '../core/resources/nodes.ts';
import { argument, container, objectsOf } from '../policies/workload.ts';
import { ask, bindHere, directory, judgedHere, namespace, type Outcome, reasonsIn } from './vap/policies.ts';
import { spoiltPods } from './vap/spoilt.ts';
import { withControlPlane } from './with-control-plane.ts';

const {
  test: inOrder,
  controlPlane,
  kubectl,
} = withControlPlane(test.serial, async controlPlane => {
  await bindHere(controlPlane);
  for (const [name, labels] of [
    ['here', judgedHere],
    ['elsewhere', {}],
    ['later', {}],
  ] as const) {
    await namespace(controlPlane, name, labels);
  }
});
const judge = createJudge();
const seed = 20261121;
const runs = 500;

const bad = objectsOf(node(tls));
argument(bad.statefulSet.spec.template, '--ignore-paths=/v0/metrics');
argument(bad.pod, '--ignore-paths=/v0/metrics');

inOrder('the API server takes the policies up', async t => {
  t.true(await until(async () => (await send('here', bad.pod)).refused !== undefined));
  t.true(await until(async () => (await send('here', bad.statefulSet)).refused !== undefined));
});

inOrder('of every pod and template the policies give the reasons that Rego gives', async t => {
  const seen = new Map<string, number>();
  let taken = 0;
  for (const { what, pod, statefulSet } of spoiltPods(seed, runs)) {
    for (const object of [pod, statefulSet]) {
      // What the API server would not store nobody needs to judge; what it stores has its defaults written out.
      const stored = await send('elsewhere', object);
      if (stored.status !== 201) continue;
      taken += 1;
      const expected = byRego(object);
      const { refused, status, body } = await send('here', object);
      const about = `${what}, ${object.kind}: ${JSON.stringify(object.spec)}`;
      t.deepEqual(byRego(stored.body), expected, about);
      t.deepEqual(reasonsIn(refused?.said ?? ''), expected, `${about}: ${body.message}`);
      t.is(status, expected.length > 0 ? 403 : 201, about);
      for (const reason of expected) seen.set(reason, (seen.get(reason) ?? 0) + 1);
      if (expected.length === 0) seen.set('allowed', (seen.get('allowed') ?? 0) + 1);
    }
  }
  t.log(`${taken} taken`, Object.fromEntries(seen));
  t.true(taken > runs, `${taken}`);
  t.true((seen.get('allowed') ?? 0) > 50);
  const claimed = findings.map(({ reason }) => reason);
  t.deepEqual([...seen.keys()].filter(reason => reason !== 'allowed').toSorted(), claimed.toSorted());
});

inOrder('of every mode what the operator builds passes', async t => {
  for (const [name, each] of goldenNodes) {
    const { status, body } = await send('here', objectsOf(each).statefulSet);
    t.is(status, 201, `${name}: ${body.message}`);
  }
});

inOrder('so does the pod of a bootstrap', async t => {
  for (const [name, more] of Object.entries({ plain: {}, tls })) {
    const job = bootstrapJob(node(more), { image: 'sei:v5', height: 7 }, settings, 'task');
    const { metadata, spec } = job.ok ? job.value.spec.template : {};
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: `n0-bootstrap-${name}` },
      spec,
    };
    const { status, body } = await send('here', pod as never);
    t.is(status, 201, `${name}: ${body.message}`);
  }
});

inOrder('a refusal has the rule, the reason, what is wrong, how to mend it, and the page', async t => {
  const { body, refused } = await send('here', bad.pod);
  t.deepEqual([body.reason, refused?.rule], ['Forbidden', 'listener-split']);
  t.is(
    refused?.said,
    'IgnorePaths: kube-rbac-proxy has --ignore-paths; remove it, health and metrics are on 9100. See https://github.com/sei-protocol/kubectl-seinode/blob/main/docs/rules/listener-split.md',
  );
});

inOrder(
  'a node from before the policies gets its pod back, and everything but its template may change',
  async t => {
    const { call } = controlPlane();
    const path = '/apis/apps/v1/namespaces/later/statefulsets/n0';
    const pod = '/api/v1/namespaces/later/pods/n0-0';
    const { ownerReferences: _, ...metadata } = bad.statefulSet.metadata;
    t.is((await send('later', { ...bad.statefulSet, metadata }, '')).status, 201);
    await call('PATCH', '/api/v1/namespaces/later', { metadata: { labels: judgedHere } });
    t.true(await until(async () => (await send('later', bad.pod)).refused !== undefined));
    const uid = async () => ((await call('GET', pod)).body as KubernetesObject).metadata?.uid;
    t.true(await until(async () => (await uid()) !== undefined));
    const before = await uid();
    t.is((await call('DELETE', `${pod}?gracePeriodSeconds=0`)).status, 200);
    t.true(await until(async () => ![undefined, before].includes(await uid())), 'made again');
    t.is((await call('PATCH', pod, { metadata: { labels: { seen: 'yes' } } })).status, 200);
    t.is(
      (await call('PATCH', path, { metadata: { labels: { seen: 'yes' } }, spec: { replicas: 0 } })).status,
      200,
    );
    const template = { metadata: { annotations: { seen: 'yes' } } };
    const { status, body } = await call('PATCH', path, { spec: { template } });
    t.is(status, 403);
    t.regex((body as { message: string }).message, /listener-split: IgnorePaths: /);
  },
);

inOrder('a pod that becomes a node by its label is judged then, and one without it is of nobody', async t => {
  const { metadata, ...rest } = bad.pod;
  const { 'sei.io/node': _, ...labels } = metadata.labels;
  t.is((await send('here', { ...rest, metadata: { ...metadata, labels } }, '')).status, 201);
  const patch = { metadata: { labels: { 'sei.io/node': 'n0' } } };
  const path = '/api/v1/namespaces/here/pods/n0-0';
  t.is((await controlPlane().call('PATCH', path, patch)).status, 403);
  t.is((await controlPlane().call('DELETE', `${path}?gracePeriodSeconds=0`)).status, 200);
});

inOrder('what costs more to judge than the API server spends is refused', async t => {
  const proxied = (argument: string) => {
    const { pod } = objectsOf(node(tls));
    container(pod, 'kube-rbac-proxy').args.push(argument);
    return send('here', pod);
  };
  t.is((await proxied(`--x=${'a'.repeat(100 * 1024)}`)).status, 201);
  const { status, body } = await proxied(`--ignore-paths=${'a'.repeat(200 * 1024)}`);
  t.is(status, 422);
  t.regex(body.message, /actual cost limit exceeded/);
});

inOrder(
  'as they are shipped they deny everywhere, and only warn of labels that are written over',
  async t => {
    await kubectl(t, ['delete', 'validatingadmissionpolicies,validatingadmissionpolicybindings', '--all']);
    await kubectl(t, ['apply', '-f', directory]);
    t.true(await until(async () => (await send('elsewhere', bad.statefulSet)).refused !== undefined));
    const labelled = { ...node({ podLabels: { 'sei.io/role': 'validator' } }) };
    const input = JSON.stringify({ ...labelled, metadata: { name: 'labelled', namespace: 'elsewhere' } });
    const { code, stderr } = await controlPlane().kubectl(['create', '-f', '-'], { input });
    t.is(code, 0, stderr);
    t.regex(
      stderr,
      /^Warning: .*label-contract: Overridden: spec\.podLabels sets sei\.io\/role, but the pod carries sei\.io\/role: node;/,
    );
  },
);

function send(namespace: string, object: KubernetesObject, query = '?dryRun=All'): Promise<Outcome> {
  const path = object.kind === 'Pod' ? '/api/v1' : '/apis/apps/v1';
  const plural = object.kind === 'Pod' ? 'pods' : 'statefulsets';
  const moved = { ...object, metadata: { ...object.metadata, namespace } };
  return ask(controlPlane(), 'POST', `${path}/namespaces/${namespace}/${plural}${query}`, moved);
}

/** What `policy check` finds of an object whose SeiNode is not in sight. */
function byRego(object: KubernetesObject): string[] {
  const { orphan, unjudged } = readOrphan(object);
  if (orphan === undefined) throw new Error(JSON.stringify(unjudged));
  const found = judge.violations({
    ...{ now: '2026-06-01T00:00:00Z', node: inferredNode(orphan), inferred: true },
    ...(object.kind === 'Pod' ? { pod: object } : { statefulSet: object }),
  });
  if (!found.ok) throw new Error(found.error);
  const reasons = found.value
    .filter(({ rule }) => rule === 'listener-split')
    .map(({ details }) => details.reason as string);
  return [...new Set(reasons)].toSorted();
}
