import {
  apiVersionOf,
  jobs,
  pathOf,
  persistentVolumeClaims,
  pods,
  type Resource,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { bootstrapJob, bootstrapOf } from '../../core/resources/bootstrap.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { settings } from '../core/resources/nodes.ts';
import { type Place, tasksOf, tls } from './place.ts';
import { restartSidecar, withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

const snapshot = { s3: { targetHeight: 198740000 }, bootstrapImage: 'sei:v5' };
const bootstraps = { fullNode: { snapshot } };
const hold = 'test.example/hold';
const name = 'n0-bootstrap';

for (const [how, more] of [
  ['without', {}],
  ['under', tls],
] as const) {
  test(`a node ${how} TLS bootstraps by a Job, and its own pod comes once that is gone`, async t => {
    const place = await inNamespace(`plain-${how}`);
    await place.provide(await place.pair());
    const seen = follow(place);
    await place.node({ ...bootstraps, ...more });
    const node = await place.runs();
    await place.awaits('deletes the Job', () => place.found(jobs, name) === undefined);
    t.is(new Set(seen.jobs).size, 1);
    t.deepEqual(await seen.together(), []);
    t.is(
      place.found(persistentVolumeClaims, 'data-n0')?.metadata.annotations?.['sei.io/bootstrapped'],
      'arctic-1',
    );
    const sent = bed()
      .sidecars.tasksOf(place.key('n0'))
      .map(({ type }) => type);
    t.deepEqual(sent, ['configure-genesis', 'config-apply', 'config-validate', 'mark-ready']);
    t.is(node.status?.currentImage, 'sei:v6.3.0');
    t.true(tasksOf(node).includes('await-bootstrap-complete'));
  });
}

test('the API server keeps the Job as it was built', async t => {
  const place = await inNamespace('kept');
  bed().said.exits.set(place.key('n0'), undefined);
  await place.node({ ...bootstraps, podLabels: { team: 'a' } });
  await place.says(
    'Progressing',
    'True TaskWaiting',
    /await-bootstrap-complete waits: Job n0-bootstrap runs seid up to 198740000/,
  );
  const node = place.found<SeiNode>(seiNodes, 'n0')!;
  const job = place.found<KubernetesObject>(jobs, name)!;
  const task = node.status!.plan!.tasks.find(({ type }) => type === 'deploy-bootstrap-job')!;
  const built = bootstrapJob(
    { ...node, apiVersion: apiVersionOf(seiNodes), kind: 'SeiNode' },
    bootstrapOf(node)!,
    settings,
    task.id,
  );
  t.true(built.ok);
  t.like(job, built.ok ? JSON.parse(JSON.stringify(built.value)) : {});
  t.is(place.found(statefulSets, 'n0'), undefined);
});

test('a Job that fails fails the plan with what it says, and a change of spec makes another once it is gone', async t => {
  const place = await inNamespace('fails');
  bed().said.exits.set(place.key('n0'), 3);
  const seen = follow(place);
  await place.node(bootstraps);
  await place.says(
    'Progressing',
    'False PlanFailed',
    /Job n0-bootstrap failed: .*; container seid ended with 3 \(Error\)/,
  );
  t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Failed');
  t.truthy(place.found(jobs, name));
  bed().said.exits.delete(place.key('n0'));
  await place.patch(seiNodes, 'n0', { spec: { overrides: { 'mempool.size': '0' } } });
  const node = await place.runs();
  t.is(tasksOf(node)[0], 'teardown-bootstrap');
  t.is(new Set(seen.jobs).size, 2);
  t.deepEqual(await seen.together(), []);
});

test('a Job that somebody deletes fails the plan', async t => {
  const place = await inNamespace('deleted');
  bed().said.exits.set(place.key('n0'), undefined);
  await place.node(bootstraps);
  await place.says('Progressing', 'True TaskWaiting', /await-bootstrap-complete/);
  await place.remove(jobs, name);
  await place.says('Progressing', 'False PlanFailed', /Job n0-bootstrap is gone: somebody deleted it/);
  t.is(place.found(statefulSets, 'n0'), undefined);
});

test('a spec that changes half way tears the Job down, and waits for its pod, before another is made', async t => {
  const place = await inNamespace('changed');
  bed().said.exits.set(place.key('n0'), undefined);
  const seen = follow(place);
  await place.node(bootstraps);
  await place.says('Progressing', 'True TaskWaiting', /await-bootstrap-complete/);
  const former = podOfJob(place)!;
  await place.patch(pods, former.metadata.name, {
    metadata: { finalizers: [hold, ...(former.metadata.finalizers ?? [])] },
  });
  bed().said.exits.delete(place.key('n0'));
  await place.patch(seiNodes, 'n0', { spec: { fullNode: { snapshot: { s3: { targetHeight: 7 } } } } });
  await place.says(
    'Progressing',
    'True TaskWaiting',
    /teardown-bootstrap waits: Job n0-bootstrap and its pod are being deleted/,
  );
  t.is(new Set(seen.jobs).size, 1);
  await place.patch(pods, former.metadata.name, { metadata: { finalizers: [] } });
  await place.runs();
  t.is(new Set(seen.jobs).size, 2);
  t.deepEqual(await seen.together(), []);
});

test('a spec that changes in what a bootstrap is not made of is taken up after it', async t => {
  const place = await inNamespace('goes-on');
  bed().said.exits.set(place.key('n0'), undefined);
  const seen = follow(place);
  await place.node(bootstraps);
  await place.says('Progressing', 'True TaskWaiting', /await-bootstrap-complete/);
  await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v7', entrypoint: { command: ['seid'] } } });
  await place.says('SpecServed', 'False FieldNotServed', /^spec.entrypoint/);
  t.is(podOfJob(place)?.metadata.deletionTimestamp, undefined);
  bed().said.exits.delete(place.key('n0'));
  bed().kubelet.probe();
  const node = await place.runs();
  t.is(node.status?.currentImage, 'sei:v7');
  t.is(new Set(seen.jobs).size, 1);
  t.deepEqual(await seen.together(), []);
});

test('a sidecar that starts anew before seid has seen it ready is told mark-ready again', async t => {
  const place = await inNamespace('restarted');
  const key = place.key('n0');
  bed().said.exits.set(key, undefined);
  await place.node(bootstraps);
  await place.says('Progressing', 'True TaskWaiting', /await-bootstrap-complete/);
  await restartSidecar(bed(), place);
  bed().said.exits.delete(key);
  await place.runs();
  t.pass();
});

test('a node that is deleted half way takes Job, pod and volume with it', async t => {
  const place = await inNamespace('over');
  bed().said.exits.set(place.key('n0'), undefined);
  await place.node(bootstraps);
  await place.says('Progressing', 'True TaskWaiting', /await-bootstrap-complete/);
  const { name: pod, finalizers = [] } = podOfJob(place)!.metadata;
  await place.patch(pods, pod, { metadata: { finalizers: [hold, ...finalizers] } });
  await place.remove(seiNodes, 'n0');
  await place.says('Progressing', 'True Terminating', /n0-bootstrap-\w+ \(being deleted\) must go first/);
  t.is(place.found(persistentVolumeClaims, 'data-n0')?.metadata.deletionTimestamp, undefined);
  await place.patch(pods, pod, { metadata: { finalizers: [] } });
  await place.awaits('deletes the node', () => place.found(seiNodes, 'n0') === undefined);
  await place.awaits('deletes the claim', () => place.found(persistentVolumeClaims, 'data-n0') === undefined);
  t.is(place.found(jobs, name), undefined);
});

test('a Job of somebody else is neither taken nor deleted', async t => {
  const place = await inNamespace('foreign');
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c' }] } };
  await place.create(jobs, { metadata: { name, labels: { 'sei.io/node': 'n0' } }, spec: { template } });
  await place.node(bootstraps);
  await place.says(
    'Progressing',
    'True TaskWaiting',
    /deploy-bootstrap-job waits: Job n0-bootstrap is there already and belongs to no SeiNode/,
  );
  t.is(place.found(jobs, name)?.metadata.deletionTimestamp, undefined);
  await remove(jobs, place, name);
  await place.runs();
});

test('a validator bootstraps without its keys, and has them once it runs', async t => {
  const place = await inNamespace('validator');
  const half = { type: 'tendermint/PrivKeyEd25519', value: 'c2VjcmV0' };
  const signingKey = { address: 'A', pub_key: half, priv_key: half };
  await place.secret('consensus', { 'priv_validator_key.json': JSON.stringify(signingKey) });
  await place.secret('p2p', { 'node_key.json': JSON.stringify({ priv_key: half }) });
  bed().said.exits.set(place.key('n0'), undefined);
  await place.node({
    fullNode: undefined,
    validator: {
      snapshot,
      signingKey: { secret: { secretName: 'consensus' } },
      nodeKey: { secret: { secretName: 'p2p' } },
    },
  });
  await place.says('Progressing', 'True TaskWaiting', /await-bootstrap-complete/);
  t.notRegex(JSON.stringify(podOfJob(place)), /"secretName":"(consensus|p2p)"|node_key|priv_validator/);
  bed().said.exits.delete(place.key('n0'));
  bed().kubelet.probe();
  await place.runs();
  t.regex(JSON.stringify(place.found(pods, 'n0-0')), /"secretName":"consensus"/);
});

/**
 * What comes about in a place: each Job's UID, and what of a bootstrap was there once a pod or template of the node was. Watches of
 * several kinds tell in no order, so where they show both the API server is asked.
 */
function follow(place: Place): { readonly jobs: string[]; readonly together: () => Promise<string[]> } {
  const [found, asked] = [[] as string[], [] as Promise<string[]>[]];
  const timer = setInterval(() => {
    const job = place.found(jobs, name);
    if (job?.metadata.uid) found.push(job.metadata.uid);
    const own = place.found(pods, 'n0-0') ?? place.found(statefulSets, 'n0');
    if (own && (job || podOfJob(place))) asked.push(leftOfJobs(place));
  }, 5);
  timer.unref();
  return { jobs: found, together: async () => (await Promise.all(asked)).flat() };
}

async function leftOfJobs({ namespace }: Place): Promise<string[]> {
  const { call } = bed().controlPlane;
  const selector = '?labelSelector=sei.io/component=bootstrap';
  const answers = await Promise.all([
    call('GET', pathOf({ resource: jobs, namespace })),
    call('GET', pathOf({ resource: pods, namespace }) + selector),
  ]);
  return answers.flatMap(({ body }) =>
    (body as { items: readonly KubernetesObject[] }).items.map(({ metadata }) => metadata.name),
  );
}

function podOfJob(place: Place): KubernetesObject | undefined {
  return [...(bed().stores.get(pods)?.values() ?? [])]
    .map(pod => pod as unknown as KubernetesObject)
    .find(
      ({ metadata: { namespace, labels } }) =>
        namespace === place.namespace && labels?.['sei.io/component'] === 'bootstrap',
    );
}

async function remove(resource: Resource, { namespace }: Place, name: string): Promise<void> {
  const path = pathOf({ resource, namespace, name });
  await bed().controlPlane.call('DELETE', path, { propagationPolicy: 'Background' });
}
