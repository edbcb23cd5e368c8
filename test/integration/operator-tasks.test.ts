import { join } from 'node:path';
import anyTest, { type ExecutionContext } from 'ava';
import { openCluster } from '../../cluster/client.ts';
import { reflect } from '../../cluster/reflector.ts';
import {
  persistentVolumeClaims,
  pods,
  type Resource,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { versionOf } from '../../core/watch/change.ts';
import { Store } from '../../core/watch/store.ts';
import { addFinalizer, type Finalized, finalize } from '../../operator/finalizer.ts';
import { type Objects, objectsOf } from '../../operator/objects.ts';
import type { TaskResult } from '../../operator/tasks/executor.ts';
import { executors } from '../../operator/tasks/executors.ts';
import { until } from '../control-plane/until.ts';
import { settings } from '../core/resources/nodes.ts';
import { directory } from '../operator/manifests.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial);
const account = ['sei-k8s-controller-system', 'sei-k8s-controller-manager'] as const;
const tls = { sidecar: { tls: { secretName: 'n0-tls' } } };
const imports = (pvcName: string) => ({ dataVolume: { import: { pvcName } } });
const hold = 'test.example/hold';

/** The operator's own way to the cluster: what its ServiceAccount may, and no more. */
let asOperator: ReturnType<typeof openCluster>;
/** Without a cache: the API server alone decides. */
let objects: Objects;

test('the operator is let in by its budget of privileges', async t => {
  await kubectl(t, ['apply', '-f', join(directory, 'namespace.yaml'), '-f', join(directory, 'rbac')]);
  const kubeconfig = await controlPlane().serviceAccountKubeconfig(...account);
  asOperator = openCluster({ kubeconfig, requestTimeout: 0, stdinTaken: false, userAgent: 'test' }, {});
  objects = objectsOf(asOperator, new Map(), () => {});
  // RBAC is read by the API server in its own time.
  const list = () => objects.list(seiNodes, 'default', '');
  t.true(await until(() => list().then(() => true)));
  t.deepEqual(await list(), []);
});

test('a node’s objects are made, and a second time changes nothing', async t => {
  const node = await seiNode(t, 'made', tls);
  await make(t, node);
  const claim = await objects.read(persistentVolumeClaims, 'made', 'data-n0');
  await make(t, node);
  t.is(uidOf(await objects.read(persistentVolumeClaims, 'made', 'data-n0')), uidOf(claim));
  t.true(await until(async () => (await objects.read(pods, 'made', 'n0-0')) !== undefined));
});

test('StatefulSet, pod and claim go one after the other, then the node', async t => {
  const node = await addFinalizer(await seiNode(t, 'order'), objects);
  await make(t, node);
  t.true(await until(async () => (await objects.read(pods, 'order', 'n0-0')) !== undefined));
  await finalizers(t, 'pod', 'order', 'n0-0', [hold]);
  const seen = watched('order');
  await deleteNode(t, 'order');
  t.true(
    await until(async () =>
      /Pod n0-0 \(being deleted\) must go first/.test((await step('order')).message ?? ''),
    ),
  );
  t.is(
    metadataOf(await objects.read(persistentVolumeClaims, 'order', 'data-n0')).deletionTimestamp,
    undefined,
  );
  await finalizers(t, 'pod', 'order', 'n0-0', []);
  t.true(await until(async () => (await step('order')).done));
  t.true(await until(() => seen.ends.length === 4));
  await seen.stop();
  // Moments of one history: the claim was asked to go only after its pod had gone.
  const { StatefulSet, Pod, PersistentVolumeClaim, SeiNode } = Object.fromEntries(seen.ends);
  t.true(StatefulSet! < Pod! && Pod! < seen.asked.get('PersistentVolumeClaim')!);
  t.true(
    seen.asked.get('PersistentVolumeClaim')! < PersistentVolumeClaim! && PersistentVolumeClaim! < SeiNode!,
  );
});

test('an imported volume is looked at and never touched', async t => {
  await volume(t, 'kept', 'chain');
  const node = await addFinalizer(await seiNode(t, 'kept', imports('chain')), objects);
  const { found } = await run('ensure-data-pvc', node);
  t.like(found, { ImportPVCReady: { status: 'True', reason: 'PVCValidated' } });
  await make(t, node);
  const before = await objects.read(persistentVolumeClaims, 'kept', 'chain');
  await deleteNode(t, 'kept');
  t.true(await until(async () => (await step('kept')).done));
  t.is(await objects.read(statefulSets, 'kept', 'n0'), undefined);
  t.is(versionOf((await objects.read(persistentVolumeClaims, 'kept', 'chain'))!), versionOf(before!));
});

test('a toggle by hand keeps the claim', async t => {
  await boundLater(t, 'toggle');
  const node = await addFinalizer(await seiNode(t, 'toggle'), objects);
  await make(t, node);
  const before = uidOf(await objects.read(persistentVolumeClaims, 'toggle', 'data-n0'));
  t.true(await until(async () => (await run('ensure-data-pvc', node)).came.kind === 'complete'));
  await patch(t, 'seinode', 'toggle', 'n0', { spec: imports('data-n0') });
  await patch(t, 'pvc', 'toggle', 'data-n0', { metadata: { ownerReferences: null } });
  await deleteNode(t, 'toggle');
  t.true(await until(async () => (await step('toggle')).done));
  const successor = await addFinalizer(
    await seiNode(t, 'toggle', { ...imports('data-n0'), ...tls }),
    objects,
  );
  t.true(await until(async () => (await run('ensure-data-pvc', successor)).came.kind === 'complete'));
  await make(t, successor);
  const after = await objects.read(persistentVolumeClaims, 'toggle', 'data-n0');
  t.is(uidOf(after), before);
  t.is(metadataOf(after).deletionTimestamp, undefined);
});

test('a toggle that forgot the ownerReference is held, and loses nothing', async t => {
  const node = await addFinalizer(await seiNode(t, 'forgot'), objects);
  await make(t, node);
  const before = uidOf(await objects.read(persistentVolumeClaims, 'forgot', 'data-n0'));
  await patch(t, 'seinode', 'forgot', 'n0', { spec: imports('data-n0') });
  await deleteNode(t, 'forgot');
  t.true(await until(async () => /take away its ownerReference/.test((await step('forgot')).message ?? '')));
  await patch(t, 'pvc', 'forgot', 'data-n0', { metadata: { ownerReferences: null } });
  t.true(await until(async () => (await step('forgot')).done));
  t.is(uidOf(await objects.read(persistentVolumeClaims, 'forgot', 'data-n0')), before);
});

test('a claim that another node imports is not deleted', async t => {
  const node = await addFinalizer(await seiNode(t, 'two'), objects);
  await make(t, node);
  const other = await seiNode(t, 'two', imports('data-n0'), 'n1');
  const both = withNodes([node, other]);
  const { came, found } = await run('ensure-data-pvc', other, both);
  t.is(came.kind, 'waiting');
  t.like(found, { ImportPVCReady: { status: 'False', reason: 'PVCNotReady' } });
  await deleteNode(t, 'two');
  t.true(await until(async () => /imported by SeiNode n1/.test((await step('two', both)).message ?? '')));
  t.is(metadataOf(await objects.read(persistentVolumeClaims, 'two', 'data-n0')).deletionTimestamp, undefined);
});

test('what a predecessor left is waited for until it is collected', async t => {
  const node = await seiNode(t, 'remains', tls);
  await make(t, node);
  const { controllerManager } = controlPlane();
  await controllerManager.stop('SIGKILL');
  t.teardown(() => controllerManager.start());
  await deleteNode(t, 'remains');
  const successor = await seiNode(t, 'remains', tls);
  // Of the others a cache would tell; here there is none.
  const tasks = ['ensure-data-pvc', 'apply-statefulset'];
  for (const type of tasks) {
    const { came } = await run(type, successor);
    t.is(came.kind, 'waiting', type);
    t.regex(
      'message' in came ? came.message : '',
      new RegExp(`still belongs to SeiNode n0 \\(UID ${node.metadata.uid}\\)`),
    );
  }
  await controllerManager.start();
  t.true(
    await until(async () =>
      kinds(await Promise.all(tasks.map(type => run(type, successor)))).every(kind => kind === 'complete'),
    ),
  );
  for (const resource of [persistentVolumeClaims, statefulSets]) {
    const name = resource === statefulSets ? 'n0' : 'data-n0';
    const owners = metadataOf(await objects.read(resource, 'remains', name)).ownerReferences ?? [];
    t.deepEqual(
      owners.map(({ uid }) => uid),
      [successor.metadata.uid],
    );
  }
});

test('what is written onto an object on its way out does not count', async t => {
  const node = await seiNode(t, 'going', tls);
  await make(t, node);
  await finalizers(t, 'service', 'going', 'n0', [hold]);
  await kubectl(t, ['delete', 'service', 'n0', '-n', 'going', '--wait=false']);
  const { came } = await run('apply-service', node);
  t.like(came, { kind: 'waiting' });
  await finalizers(t, 'service', 'going', 'n0', []);
  t.true(await until(async () => (await run('apply-service', node)).came.kind === 'complete'));
});

test('a claim of nobody is not taken', async t => {
  await volume(t, 'strange', 'data-n0');
  const node = await seiNode(t, 'strange');
  const before = await objects.read(persistentVolumeClaims, 'strange', 'data-n0');
  t.like((await run('ensure-data-pvc', node)).came, { kind: 'terminal' });
  t.is(versionOf((await objects.read(persistentVolumeClaims, 'strange', 'data-n0'))!), versionOf(before!));
});

test('an import waits until it is bound, and fails where it never will do', async t => {
  const node = await seiNode(t, 'import', imports('chain'));
  const said = async () => (await run('ensure-data-pvc', node)).found?.ImportPVCReady;
  t.like(await said(), { status: 'False', reason: 'PVCNotReady' });
  await create(t, persistentVolume('import', 'chain', 'pv-import', '1Gi'));
  await create(t, claim('import', 'chain', ['ReadWriteOnce'], 'pv-import'));
  t.true(await until(async () => (await said())?.status === 'True'));
  t.regex((await said())?.message ?? '', /1Gi are less than the 2000Gi that a new one gets/);
  const other = await seiNode(t, 'import', imports('shared'), 'n1');
  await create(t, persistentVolume('import', 'shared', 'pv-shared', '1Gi', ['ReadWriteMany']));
  await create(t, claim('import', 'shared', ['ReadWriteMany'], 'pv-shared'));
  t.true(await until(async () => (await run('ensure-data-pvc', other)).came.kind === 'terminal'));
  const last = await seiNode(t, 'import', imports('unbound'), 'n2');
  await create(t, claim('import', 'unbound', ['ReadWriteOnce'], 'pv-nowhere'));
  const { came } = await run('ensure-data-pvc', last);
  t.regex('message' in came ? came.message : '', /is Pending, not Bound yet/);
});

test('a validator’s keys are read as they are', async t => {
  const signingKey = { secret: { secretName: 'consensus' } };
  const nodeKey = { secret: { secretName: 'p2p' } };
  const node = await seiNode(t, 'keys', { fullNode: undefined, validator: { signingKey, nodeKey } });
  t.like((await run('validate-node-key', node)).came, {
    kind: 'waiting',
    message: 'Secret p2p does not exist',
  });
  const half = { type: 'tendermint/PrivKeyEd25519', value: 'c2VjcmV0' };
  await create(t, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'p2p', namespace: 'keys' },
    stringData: { 'node_key.json': JSON.stringify({ priv_key: half }) },
  });
  t.like((await run('validate-node-key', node)).found, {
    NodeKeyReady: { status: 'True', observedGeneration: 1 },
  });
});

test('a template that the API server refuses fails the task with its sentence', async t => {
  const node = await seiNode(t, 'refused', {}, 'a.b');
  const { came } = await run('apply-statefulset', node);
  t.is(came.kind, 'terminal');
  t.regex('message' in came ? came.message : '', /answers 422: .*a\.b.* is invalid/);
});

test('what the operator may not do is waited for and said', async t => {
  const node = await seiNode(t, 'forbidden');
  const kubeconfig = await controlPlane().userKubeconfig('nobody');
  const client = openCluster({ kubeconfig, requestTimeout: 0, stdinTaken: false, userAgent: 'test' }, {});
  const { came } = await run(
    'apply-service',
    node,
    objectsOf(client, new Map(), () => {}),
  );
  t.is(came.kind, 'waiting');
  t.regex('message' in came ? came.message : '', /no permission to get services .* verb get on services/);
  await client.close();
});

test('another image replaces the pod', async t => {
  const node = await seiNode(t, 'image');
  await make(t, node);
  t.true(await until(async () => (await run('observe-image', node)).came.kind === 'complete'));
  const before = uidOf(await objects.read(pods, 'image', 'n0-0'));
  await run('apply-statefulset', node, objects, { image: 'sei:next' });
  t.like((await run('observe-image', node)).came, { kind: 'waiting' });
  t.true(await until(async () => (await run('replace-pod', node)).came.kind === 'complete'));
  t.true(await until(async () => (await run('observe-image', node)).came.kind === 'complete'));
  const after = await objects.read(pods, 'image', 'n0-0');
  t.not(uidOf(after), before);
  t.true(JSON.stringify(after).includes('"sei:next"'));
});

test('a namespace that is deleted with a node in it goes', async t => {
  const node = await addFinalizer(await seiNode(t, 'gone', tls), objects);
  await make(t, node);
  await kubectl(t, ['delete', 'namespace', 'gone', '--wait=false']);
  t.true(await until(async () => (await nodeOf('gone'))?.metadata.deletionTimestamp !== undefined));
  const { came } = await run('apply-rbac-proxy-config', {
    ...node,
    metadata: { ...node.metadata, name: 'n1' },
  });
  t.like(came, { kind: 'waiting' });
  t.regex('message' in came ? came.message : '', /because it is being terminated/);
  t.true(await until(async () => (await step('gone')).done));
  await kubectl(t, ['wait', '--for=delete', 'namespace/gone', '--timeout=180s']);
});

test('a node that is orphaned from its objects leaves them all', async t => {
  const node = await addFinalizer(await seiNode(t, 'orphan'), objects);
  await make(t, node);
  t.true(await until(async () => (await objects.read(pods, 'orphan', 'n0-0')) !== undefined));
  await deleteNode(t, 'orphan', 'orphan');
  t.true(await until(async () => (await step('orphan')).done));
  for (const [resource, name] of [
    [statefulSets, 'n0'],
    [pods, 'n0-0'],
    [persistentVolumeClaims, 'data-n0'],
  ] as const) {
    t.is(metadataOf(await objects.read(resource, 'orphan', name)).deletionTimestamp, undefined, name);
  }
  await asOperator.close();
});

function run(type: string, node: SeiNode, on = objects, params = {}): Promise<TaskResult> {
  return executors[type]!(node, { objects: on, settings }, { id: 'id', type, status: 'Pending', params });
}

/** Runs what an init plan runs on the Kubernetes API. */
async function make(t: ExecutionContext, node: SeiNode): Promise<void> {
  for (const type of ['ensure-data-pvc', 'apply-rbac-proxy-config', 'apply-statefulset', 'apply-service']) {
    t.is((await run(type, node)).came.kind, 'complete', type);
  }
}

/** One look of the finalizer at node n0 as it is now. */
async function step(namespace: string, around = objects): Promise<Finalized> {
  const node = await nodeOf(namespace);
  return node === undefined ? { done: true } : finalize(node, around, () => {});
}

async function nodeOf(namespace: string): Promise<SeiNode | undefined> {
  return (await objects.read(seiNodes, namespace, 'n0')) as SeiNode | undefined;
}

function withNodes(nodes: readonly SeiNode[]): Objects {
  return { ...objects, nodes: () => nodes };
}

function kinds(results: readonly TaskResult[]): string[] {
  return results.map(({ came }) => came.kind);
}

/** Creates a node and, where there is none, its namespace. */
async function seiNode(
  t: ExecutionContext,
  namespace: string,
  spec: object = {},
  name = 'n0',
): Promise<SeiNode> {
  await namespaced(namespace);
  return create(t, {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name, namespace },
    spec: { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, ...spec },
  }) as Promise<SeiNode>;
}

/** A namespace in which pods can be made; made once. */
async function namespaced(namespace: string): Promise<void> {
  await controlPlane().kubectl(['create', 'namespace', namespace]);
  await controlPlane().kubectl(['create', 'serviceaccount', settings.SEI_SERVICE_ACCOUNT, '-n', namespace]);
}

async function create(t: ExecutionContext, object: object): Promise<KubernetesObject> {
  return JSON.parse(await kubectl(t, ['create', '-o', 'json', '-f', '-'], { input: JSON.stringify(object) }));
}

function patch(t: ExecutionContext, kind: string, namespace: string, name: string, change: object) {
  return kubectl(t, ['patch', kind, name, '-n', namespace, '--type=merge', '-p', JSON.stringify(change)]);
}

function finalizers(t: ExecutionContext, kind: string, namespace: string, name: string, wanted: string[]) {
  return patch(t, kind, namespace, name, { metadata: { finalizers: wanted } });
}

function deleteNode(t: ExecutionContext, namespace: string, cascade = 'background') {
  return kubectl(t, ['delete', 'seinode', 'n0', '-n', namespace, '--wait=false', `--cascade=${cascade}`]);
}

function claim(namespace: string, name: string, accessModes: string[], volumeName: string): object {
  const resources = { requests: { storage: '1Gi' } };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: { accessModes, storageClassName: '', volumeName, resources },
  };
}

/** A volume that binds to one claim, as by hand. */
function persistentVolume(
  namespace: string,
  claimName: string,
  name: string,
  storage: string,
  accessModes = ['ReadWriteOnce'],
  storageClassName = '',
): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage },
      accessModes,
      storageClassName,
      claimRef: { namespace, name: claimName },
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: '/nowhere' },
    },
  };
}

/** A bound claim of nobody. */
async function volume(t: ExecutionContext, namespace: string, name: string): Promise<void> {
  await namespaced(namespace);
  await create(t, persistentVolume(namespace, name, `pv-${namespace}`, '1Gi'));
  await create(t, claim(namespace, name, ['ReadWriteOnce'], `pv-${namespace}`));
  const bound = [
    'wait',
    '--for=jsonpath={.status.phase}=Bound',
    `pvc/${name}`,
    '-n',
    namespace,
    '--timeout=180s',
  ];
  await kubectl(t, bound);
}

/** A volume for the claim that the operator will make. */
function boundLater(t: ExecutionContext, namespace: string): Promise<unknown> {
  const storageClass = settings.SEI_STORAGE_CLASS_PERF;
  return create(
    t,
    persistentVolume(namespace, 'data-n0', `pv-${namespace}`, '2000Gi', undefined, storageClass),
  );
}

/** The moments at which the objects in a namespace were asked to go, and went. */
function watched(namespace: string) {
  const over = new AbortController();
  const asked = new Map<string, bigint>();
  const ends: [kind: string, moment: bigint][] = [];
  const following = [statefulSets, pods, persistentVolumeClaims, seiNodes].map((resource: Resource) =>
    reflect(asOperator, { resource, namespace }, new Store(), {
      signal: over.signal,
      wait: async () => {},
      random: () => 0,
      now: () => performance.now(),
      failed: () => {},
      heard: deltas => {
        for (const { type, object } of deltas) {
          const { deletionTimestamp } = metadataOf(object);
          const moment = BigInt(versionOf(object));
          if (type === 'deleted') ends.push([resource.kind, moment]);
          else if (deletionTimestamp && !asked.has(resource.kind)) asked.set(resource.kind, moment);
        }
      },
    }),
  );
  const stop = async () => {
    over.abort();
    await Promise.all(following);
  };
  return { asked, ends, stop };
}

function metadataOf(object: object | undefined): KubernetesObject['metadata'] {
  return (object as KubernetesObject | undefined)?.metadata ?? { name: '', namespace: '' };
}

function uidOf(object: object | undefined): string | undefined {
  return metadataOf(object).uid;
}
