import anyTest from 'ava';
import { jobs, persistentVolumeClaims, type Resource, statefulSets } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { until } from '../control-plane/until.ts';
import type { Seen } from '../faults/proxy/seen.ts';
import { followAll } from '../follow.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const spec = { fullNode: { snapshot: { s3: { targetHeight: 7 }, bootstrapImage: 'sei:v5' } } };
const over = new AbortController();
/** Every UID that was ever seen, by kind and namespace, and what of a bootstrap was there beside a StatefulSet. */
const seen = new Map<string, Set<string>>();
const together: string[] = [];
let fleet: Fleet;
let operator: FaultyOperator;
let started = 0;

test('a bootstrap under TLS that nobody disturbs', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  for (const resource of [jobs, persistentVolumeClaims, statefulSets]) {
    void followAll(controlPlane(), resource, over.signal, (object: KubernetesObject) =>
      look(resource, object),
    );
  }
  await another();
  await fleet.create('undisturbed', 1, spec);
  t.true(await until(() => fleet.areAll('Running', 'undisturbed')));
  t.deepEqual(found('undisturbed'), [1, 1, 1]);
});

test('an operator that dies before or after any of its writes goes on: one Job, then one StatefulSet, on one volume', async t => {
  const count = writesIn('undisturbed').length;
  t.true(count >= 10, `${count} writes`);
  const moments = Array.from({ length: count }, (_, at) => [`before-${at}`, `after-${at}`]).flat();
  for (const moment of moments) {
    const isMeant = (request: Seen) =>
      request === writesIn(moment)[Number(moment.split('-')[1])] &&
      (moment.startsWith('before') || request.status !== undefined);
    operator.proxy.freeze(isMeant);
    await fleet.create(moment, 1, spec);
    const isOver = () => writesIn(moment).some(isMeant) || fleet.areAll('Running', moment);
    t.true(await until(isOver), moment);
    // What its way holds back is never sent.
    await operator.end();
    await another();
  }
  for (const moment of moments) {
    t.true(await until(() => fleet.areAll('Running', moment)), moment);
    t.deepEqual(found(moment), [1, 1, 1], moment);
  }
  t.true(await until(async () => (await jobsLeft()) === 0));
  t.deepEqual(together, []);
});

anyTest.after.always('they stop', async () => {
  over.abort();
  await operator?.end();
  await fleet?.stop();
});

async function another(): Promise<void> {
  started += 1;
  operator = await faultyOperator(controlPlane(), fleet.sidecars, { name: `operator-${started}` });
  await operator.start();
}

function writesIn(namespace: string): readonly Seen[] {
  return operator.writes().filter(({ path }) => path.includes(`/namespaces/${namespace}/`));
}

function look({ plural }: Resource, { metadata: { namespace, uid = '' } }: KubernetesObject): void {
  const key = `${plural} ${namespace}`;
  const known = seen.get(key) ?? new Set();
  seen.set(key, known.add(uid));
  if (plural === 'statefulsets' && known.size === 1) void lookBeside(namespace);
}

async function lookBeside(namespace: string): Promise<void> {
  const job = await controlPlane().call('GET', `/apis/batch/v1/namespaces/${namespace}/jobs/n0-bootstrap`);
  const { body } = await controlPlane().call(
    'GET',
    `/api/v1/namespaces/${namespace}/pods?labelSelector=sei.io/component`,
  );
  if (job.status !== 404 || (body as { items: unknown[] }).items.length > 0) together.push(namespace);
}

/** How many Jobs, claims and StatefulSets a namespace ever had. */
function found(namespace: string): number[] {
  return ['jobs', 'persistentvolumeclaims', 'statefulsets'].map(
    plural => seen.get(`${plural} ${namespace}`)?.size ?? 0,
  );
}

async function jobsLeft(): Promise<number> {
  const { body } = await controlPlane().call('GET', '/apis/batch/v1/jobs');
  return (body as { items: unknown[] }).items.length;
}
