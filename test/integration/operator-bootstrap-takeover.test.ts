import anyTest from 'ava';
import { request } from 'undici';
import { taskID } from '../../core/plan/tasks.ts';
import type { PlannedTask, SeiNode } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import { type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const namespace = 'taken';
const planID = '6d8ae6a6-4c6e-4a0e-a5ab-5f1f0f0c9d11';
const at = '2026-01-02T03:04:05Z';
const s3 = { snapshot: { s3: { targetHeight: 7 }, bootstrapImage: 'sei:v5' } };
const restored = ['snapshot-restore', 'configure-genesis', 'config-apply', 'configure-state-sync'];
const order = [
  ...['ensure-data-pvc', 'deploy-bootstrap-service', 'deploy-bootstrap-job', ...restored],
  ...['config-validate', 'mark-ready', 'await-bootstrap-complete', 'teardown-bootstrap'],
  ...['apply-rbac-proxy-config', 'apply-statefulset', 'apply-service', 'configure-genesis'],
  ...['config-apply', 'config-validate', 'mark-ready'],
];
/** Where the plan of each node is. */
const stages = [
  'deploy-bootstrap-service',
  'deploy-bootstrap-job',
  'config-apply',
  'await-bootstrap-complete',
];
const hasJob = (stage: string) => !stage.startsWith('deploy-bootstrap-service');

let fleet: Fleet;
const asked: string[] = [];

test('bootstraps of the controller before are finished under TLS, wherever their plan is', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane(), (node, { tls, token }) => {
    asked.push(`${node} ${tls ? 'TLS' : 'plain'}${token ? ' with token' : ''}`);
  });
  await fleet.create(namespace, stages.length, { fullNode: s3 });
  const nodes = await fleet.nodes(namespace);
  for (const [index, node] of nodes.entries()) await makeAsBefore(node, stages[index]!);
  const before = await jobUIDs();
  const operator = await faultyOperator(controlPlane(), fleet.sidecars);
  t.teardown(operator.end);
  await operator.start();
  const running = () => fleet.areAll('Running', namespace);
  t.true(await until(running), JSON.stringify((await fleet.nodes(namespace)).map(({ status }) => status)));
  t.is(before.length, 3);
  t.deepEqual(await jobUIDs(), []);
  // The one Job that was not there yet is made behind a proxy; the others are finished as they are.
  const made = operator.writes().filter(({ method, path }) => method === 'POST' && path.includes('/jobs'));
  t.deepEqual(made.length, 1);
  for (const node of await fleet.nodes(namespace)) {
    t.is(node.status?.plan?.id, planID);
    t.is(node.status?.plan?.phase, 'Complete');
  }
  const services = await items<Service>(`/api/v1/namespaces/${namespace}/services`);
  for (const { metadata, spec } of services) {
    t.deepEqual(spec.selector, { 'sei.io/node': metadata.name });
    t.false(spec.ports.some(({ port }) => port === 7777));
  }
  const ways = (node: string) => [...new Set(asked.filter(each => each.startsWith(`${namespace}/${node} `)))];
  t.deepEqual(ways('n0'), ['taken/n0 TLS with token']);
  t.deepEqual(ways('n1'), ['taken/n1 plain', 'taken/n1 TLS with token']);
  t.deepEqual(ways('n2'), ['taken/n2 plain', 'taken/n2 TLS with token']);
  t.deepEqual(operator.errors(), []);
});

anyTest.after.always('they stop', () => fleet?.stop());

type Service = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly selector: object; readonly ports: { readonly port: number }[] };
};

async function items<T>(path: string): Promise<T[]> {
  return ((await controlPlane().call('GET', path)).body as { items: T[] }).items;
}

async function jobUIDs(): Promise<string[]> {
  const jobs = await items<SeiNode>(`/apis/batch/v1/namespaces/${namespace}/jobs`);
  return jobs.map(({ metadata }) => metadata.uid ?? '');
}

/** Its objects as that controller makes them: two labels, a Service of the tasks port alone, a pod without a proxy. */
async function makeAsBefore({ metadata: { name, uid } }: SeiNode, stage: string): Promise<void> {
  const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name, uid, controller: true };
  const labels = { 'sei.io/node': name, 'sei.io/component': 'bootstrap' };
  const ownerReferences = [{ ...owner, blockOwnerDeletion: true }];
  const core = `/api/v1/namespaces/${namespace}`;
  await post(`${core}/persistentvolumeclaims`, {
    metadata: { name: `data-${name}`, ownerReferences },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2000Gi' } } },
  });
  if (hasJob(stage)) {
    const ports = [{ name: 'sidecar', port: 7777 }];
    await post(`${core}/services`, {
      metadata: { name, labels, ownerReferences },
      spec: { clusterIP: 'None', selector: labels, publishNotReadyAddresses: true, ports },
    });
    const sidecar = { name: 'sei-sidecar', image: 'sidecar:v0', restartPolicy: 'Always' };
    const spec = {
      ...{ hostname: `${name}-0`, subdomain: name, restartPolicy: 'Never' },
      initContainers: [{ name: 'seid-init', image: 'sei:v5' }, sidecar],
      containers: [{ name: 'seid', image: 'sei:v5' }],
    };
    await post(`/apis/batch/v1/namespaces/${namespace}/jobs`, {
      metadata: { name: `${name}-bootstrap`, labels, ownerReferences },
      spec: { backoffLimit: 0, ttlSecondsAfterFinished: 3600, template: { metadata: { labels }, spec } },
    });
  }
  const { call } = controlPlane();
  const node = `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes/${name}`;
  await call('PATCH', node, { metadata: { finalizers: ['sei.io/seinode-finalizer'] } });
  await call('PATCH', `${node}/status`, { status: { phase: 'Initializing', plan: planAt(stage, name) } });
  // Its tasks were sent by that controller: seid goes on from there.
  if (stage === 'await-bootstrap-complete') await sendMarkReady(name);
}

function planAt(stage: string, name: string): object {
  const tasks = order.map((type, index): PlannedTask => {
    const task = { type, id: taskID(planID, type, index), params: paramsOf(type, name) };
    return index < order.indexOf(stage)
      ? { ...task, status: 'Complete', submittedAt: at }
      : { ...task, status: 'Pending' };
  });
  return { id: planID, phase: 'Active', targetPhase: 'Running', failedPhase: 'Failed', tasks };
}

function paramsOf(type: string, name: string): Record<string, unknown> {
  const [jobName, serviceName] = [`${name}-bootstrap`, name];
  if (type === 'deploy-bootstrap-service') return { serviceName, namespace };
  if (type === 'teardown-bootstrap') return { jobName, serviceName, namespace };
  return type.includes('bootstrap') ? { jobName, namespace } : {};
}

async function sendMarkReady(name: string): Promise<void> {
  const id = taskID(planID, 'mark-ready', order.indexOf('mark-ready'));
  const answer = await request(`http://${fleet.sidecars.address}:7777/v0/tasks`, {
    method: 'POST',
    headers: { host: `${name}-0.${name}.${namespace}.svc.cluster.local` },
    body: JSON.stringify({ id, type: 'mark-ready' }),
  });
  if (answer.statusCode > 299) throw new Error(`mark-ready: ${answer.statusCode}`);
  await answer.body.dump();
}

async function post(path: string, object: object): Promise<void> {
  const { status, body } = await controlPlane().call('POST', path, object);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(body)}`);
}
