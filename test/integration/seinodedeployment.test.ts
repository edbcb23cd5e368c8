import {
  pathOf,
  persistentVolumeClaims,
  type Resource,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import type { SeiNodeDeployment } from '../../core/doctor/objects.ts';
import { applySeiNodeDeploymentCRD } from '../control-plane/seinodedeployment-crd.ts';
import { until } from '../control-plane/until.ts';
import { invoke } from '../plugin/terminal.ts';
import { read } from '../spec/pages.ts';
import { byHand } from './by-hand.ts';
import type { Place } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();
const seiNodeDeployments: Resource = { ...seiNodes, plural: 'seinodedeployments', kind: 'SeiNodeDeployment' };
const finalizer = 'sei.io/seinodedeployment-finalizer';
let served: Promise<void> | undefined;
const template = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {} };

test('nothing of a SeiNodeDeployment is touched while its SeiNode is brought up, updated, deleted and made anew', async t => {
  const { place, asMade, create } = await inDeployment('owned');
  await create();
  const { uid } = (await place.runs('rpc-0')).metadata;
  await place.patch(seiNodes, 'rpc-0', { spec: { image: 'sei:v6.4.0' } });
  await place.becomes('runs the other image', ({ status }) => status?.currentImage === 'sei:v6.4.0', 'rpc-0');
  await place.remove(seiNodes, 'rpc-0');
  await place.awaits('deletes the node', () => place.found(seiNodes, 'rpc-0') === undefined);
  await create();
  t.not((await place.runs('rpc-0')).metadata.uid, uid);
  t.deepEqual(await deploymentIn(place), asMade);
  // It asks for two: nobody makes the second.
  t.is(place.found(seiNodes, 'rpc-1'), undefined);
});

test('a SeiNode of a SeiNodeDeployment is not toggled', async t => {
  const { place, create } = await inDeployment('toggle');
  await create();
  await place.runs('rpc-0');
  const { kubeconfig } = bed().controlPlane;
  const flags = `-n ${place.namespace} --kubeconfig ${kubeconfig} --dry-run=server`;
  const { code, out } = await invoke(`tls enable rpc-0 --secret rpc-0-tls ${flags}`);
  t.is(code, 3);
  t.regex(
    out.replaceAll(/\s+/g, ' '),
    /SeiNode rpc-0 belongs to SeiNodeDeployment rpc, which would make it again as it was/,
  );
});

test('the commands of the page let the SeiNodes go: node, pod and volume stay, and no deployment is left', async t => {
  const { place, create } = await inDeployment('let-go');
  await create();
  const { uid } = (await place.runs('rpc-0')).metadata;
  const held = () => [
    place.found(seiNodes, 'rpc-0')?.metadata.uid,
    place.found(statefulSets, 'rpc-0')?.metadata.uid,
    place.podOf('rpc-0'),
    place.found(persistentVolumeClaims, 'data-rpc-0')?.metadata.uid,
  ];
  const before = held();
  t.is(before[0], uid);
  t.false(before.includes(undefined));
  await byHand(letGo(place.namespace), bed().controlPlane);
  t.true(await until(async () => (await answerOf(place)).status === 404));
  await place.patch(seiNodes, 'rpc-0', { spec: { image: 'sei:v6.4.0' } });
  const node = await place.becomes(
    'runs the other image',
    ({ status }) => status?.currentImage === 'sei:v6.4.0',
    'rpc-0',
  );
  t.is(node.metadata.ownerReferences, undefined);
  // The image update has replaced the pod, and nothing else.
  t.deepEqual(held().with(2, ''), before.with(2, ''));
});

test('a finalizer that is taken off without them takes node and volume along, as the page warns', async t => {
  const { place, create } = await inDeployment('too-early');
  await create();
  await place.runs('rpc-0');
  await place.remove(seiNodeDeployments, 'rpc');
  t.truthy(((await deploymentIn(place)) as SeiNodeDeployment).metadata.deletionTimestamp);
  t.is(place.found(seiNodes, 'rpc-0')?.metadata.deletionTimestamp, undefined);
  await place.patch(seiNodeDeployments, 'rpc', { metadata: { finalizers: [] } });
  const isGone = (resource: Resource, name: string) => () => place.found(resource, name) === undefined;
  // The garbage collector looks for new kinds every 30 seconds.
  t.true(await until(isGone(seiNodes, 'rpc-0')));
  await place.awaits('deletes the claim', isGone(persistentVolumeClaims, 'data-rpc-0'));
});

/** A namespace with the deployment rpc as the reference left it, and what makes its one SeiNode. */
async function inDeployment(name: string) {
  const place = await inNamespace(name);
  served ??= applySeiNodeDeploymentCRD(bed().controlPlane);
  await served;
  const { uid } = await leave(place);
  const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNodeDeployment', name: 'rpc', uid };
  const metadata = {
    name: 'rpc-0',
    labels: { 'sei.io/nodedeployment': 'rpc', 'sei.io/nodedeployment-ordinal': '0', 'sei.io/revision': '1' },
    ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
  };
  const podLabels = { 'sei.io/nodedeployment': 'rpc', 'sei.io/revision': '1' };
  const create = () => place.create(seiNodes, { metadata, spec: { ...template, podLabels } });
  return { place, create, asMade: await deploymentIn(place) };
}

/** Writes the deployment with its finalizer and the status of a rollout that is over. */
async function leave(place: Place): Promise<{ readonly uid: string }> {
  const spec = {
    replicas: 2,
    updateStrategy: { type: 'InPlace' },
    networking: {},
    template: { spec: template },
  };
  await place.create(seiNodeDeployments, { metadata: { name: 'rpc', finalizers: [finalizer] }, spec });
  const path = `${pathOf({ resource: seiNodeDeployments, namespace: place.namespace, name: 'rpc' })}/status`;
  const status = {
    phase: 'Ready',
    observedGeneration: 1,
    replicas: 2,
    readyReplicas: 2,
    incumbentNodes: ['rpc-0'],
  };
  const { body } = await bed().controlPlane.call('PATCH', path, { status });
  return { uid: (body as SeiNodeDeployment).metadata.uid ?? '' };
}

async function deploymentIn(place: Place): Promise<unknown> {
  const { status, body } = await answerOf(place);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

function answerOf(place: Place) {
  const path = pathOf({ resource: seiNodeDeployments, namespace: place.namespace, name: 'rpc' });
  return bed().controlPlane.call('GET', path);
}

/** What the page says to do without the reference, for the deployment rpc of a namespace. */
function letGo(namespace: string): string {
  const [, section = ''] = read('docs/spec/seinodedeployment.md').split('\n### Without the reference\n');
  const [, script = ''] = /```sh\n(.*?)```/s.exec(section) ?? [];
  return script.replace('namespace=arctic deployment=arctic-rpc', `namespace=${namespace} deployment=rpc`);
}
