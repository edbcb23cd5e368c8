import anyTest from 'ava';
import { taskID } from '../../core/plan/tasks.ts';
import type { PlannedTask, SeiNode } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import { type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const namespace = 'taken';
const planID = '6d8ae6a6-4c6e-4a0e-a5ab-5f1f0f0c9d11';
const at = '2026-01-02T03:04:05Z';
let fleet: Fleet;

test('a fleet of the controller before is taken over: nothing rolls, and a plan goes on where it was', async t => {
  const { call } = controlPlane();
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  await fleet.create(namespace, 3, { peers: [{ static: { addresses: ['id@a:26656'] } }] });
  const nodes = await fleet.nodes(namespace);
  for (const [index, node] of nodes.entries()) await makeAsBefore(node, statuses[index]!);
  const sets = async () =>
    (
      (await call('GET', `/apis/apps/v1/namespaces/${namespace}/statefulsets`)).body as { items: Set[] }
    ).items.map(({ metadata: { uid, generation }, spec }) => ({ uid, generation, spec }));
  t.true(await until(async () => (await fleet.uids(namespace)).length === 3 * 4));
  const [before, templates] = [await fleet.uids(namespace), await sets()];
  const operator = await faultyOperator(controlPlane(), fleet.sidecars);
  t.teardown(operator.end);
  await operator.start();
  const tended = async () =>
    (await fleet.nodes(namespace)).every(
      ({ status }) =>
        status?.phase === 'Running' &&
        status.currentImage === 'sei:v6.3.0' &&
        status.sidecarTLS !== undefined,
    );
  t.true(await until(tended), JSON.stringify((await fleet.nodes(namespace)).map(({ status }) => status)));
  t.deepEqual(await fleet.uids(namespace), before);
  t.deepEqual(await sets(), templates);
  t.deepEqual(
    operator.writes().filter(({ path }) => !/\/seinodes\/n\d\/status$/.test(path)),
    [],
  );
  const [running, fresh, amid] = await fleet.nodes(namespace);
  t.is(running?.status?.plan, undefined);
  t.is(fresh?.status?.plan, undefined);
  t.like(amid?.status?.plan, { id: planID, phase: 'Complete' });
  const sent = fleet.sidecars.tasksOf(`${namespace}/n2`).map(({ id, type, params }) => ({
    ...{ id, type },
    ...(params && { params }),
  }));
  t.deepEqual(sent, [
    {
      ...{ id: taskID(planID, 'discover-peers', 6), type: 'discover-peers' },
      params: { sources: [{ type: 'static', addresses: ['id@a:26656'] }] },
    },
    { id: taskID(planID, 'config-validate', 7), type: 'config-validate' },
    { id: taskID(planID, 'mark-ready', 8), type: 'mark-ready' },
  ]);
  t.deepEqual(operator.errors(), []);
});

anyTest.after.always('they stop', () => fleet?.stop());

type Set = {
  readonly metadata: { readonly uid: string; readonly generation: number };
  readonly spec: object;
};

const ready = {
  type: 'SidecarTLSSecretReady',
  status: 'True',
  reason: 'Ready',
  message: '',
  lastTransitionTime: at,
};
const order = [
  ...[
    'ensure-data-pvc',
    'apply-rbac-proxy-config',
    'apply-statefulset',
    'apply-service',
    'configure-genesis',
  ],
  ...['config-apply', 'discover-peers', 'config-validate', 'mark-ready'],
];

/** As that controller stores them: Go's names and zero values in params, and no plan once it has ended. */
const statuses: readonly object[] = [
  { phase: 'Running', phaseTransitionTime: at, currentImage: 'sei:v6.3.0', conditions: [ready] },
  // After its first plan, before the rollout that it makes for every new node.
  { phase: 'Running', phaseTransitionTime: at, conditions: [ready] },
  {
    ...{ phase: 'Initializing', phaseTransitionTime: at, conditions: [ready] },
    plan: {
      ...{ id: planID, phase: 'Active', targetPhase: 'Running', failedPhase: 'Failed' },
      tasks: order.map((type, index): PlannedTask => {
        const params = paramsOf(type);
        const id = taskID(planID, type, index);
        if (index < 6) return { id, type, params, status: 'Complete', submittedAt: at };
        return {
          id,
          type,
          params,
          status: 'Pending',
          ...(index === 6 && { submittedAt: at, maxRetries: 20 }),
        };
      }),
    },
  },
];

function paramsOf(type: string): Record<string, unknown> {
  if (type !== 'discover-peers') return {};
  const source = { Type: 'static', Region: '', Tags: null, Addresses: ['id@a:26656'], Endpoints: null };
  return { Sources: [source] };
}

/** Its objects: other templates than ours. */
async function makeAsBefore({ metadata: { name, uid } }: SeiNode, status: object): Promise<void> {
  const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name, uid, controller: true };
  const labels = { 'sei.io/node': name };
  const metadata = { name, labels, ownerReferences: [{ ...owner, blockOwnerDeletion: true }] };
  const container = { image: 'sei:v6.3.0', env: [{ name: 'FROM', value: 'before' }] };
  const template = {
    metadata: { labels },
    spec: {
      initContainers: [{ ...container, name: 'sei-sidecar', image: 'sidecar:v0', restartPolicy: 'Always' }],
      containers: [{ ...container, name: 'seid' }],
    },
  };
  const core = `/api/v1/namespaces/${namespace}`;
  const node = `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes/${name}`;
  await post(`${core}/persistentvolumeclaims`, {
    metadata: { ...metadata, name: `data-${name}` },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2000Gi' } } },
  });
  await post(`${core}/configmaps`, { metadata: { ...metadata, name: `${name}-rbac-proxy-config` } });
  await post(`${core}/services`, {
    metadata,
    spec: { clusterIP: 'None', selector: labels, ports: [{ port: 26656 }] },
  });
  await post(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
    metadata,
    spec: {
      ...{ serviceName: name, selector: { matchLabels: labels }, template },
      updateStrategy: { type: 'OnDelete' },
    },
  });
  const { call } = controlPlane();
  await call('PATCH', node, { metadata: { finalizers: ['sei.io/seinode-finalizer'] } });
  await call('PATCH', `${node}/status`, { status });
}

async function post(path: string, object: object): Promise<void> {
  const { status, body } = await controlPlane().call('POST', path, object);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(body)}`);
}
