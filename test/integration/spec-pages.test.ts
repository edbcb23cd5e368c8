import { pathOf, persistentVolumeClaims, type Resource, seiNodes } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { applySeiNodeDeploymentCRD } from '../control-plane/seinodedeployment-crd.ts';
import { blocks, examples, pages } from '../spec/pages.ts';
import { byHand } from './by-hand.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();
const seiNodeDeployments: Resource = { ...seiNodes, plural: 'seinodedeployments', kind: 'SeiNodeDeployment' };

test('every object on the pages of docs/spec is taken by the API server', async t => {
  const place = await inNamespace('examples');
  await applySeiNodeDeploymentCRD(bed().controlPlane);
  const kinds = new Map([seiNodes, seiNodeDeployments].map(resource => [resource.kind, resource]));
  const all = pages.flatMap(page => examples(page).map(example => [page.file, example] as const));
  for (const [file, example] of all) {
    const resource = kinds.get(String(example.kind));
    if (resource === undefined) continue;
    const path = `${pathOf({ resource, namespace: place.namespace })}?dryRun=All&fieldValidation=Strict`;
    const metadata = { ...(example.metadata as object), namespace: place.namespace };
    const { status, body } = await bed().controlPlane.call('POST', path, { ...example, metadata });
    t.is(status, 201, `${file}: ${JSON.stringify(body)}`);
  }
});

test('the commands of seinode.md keep the volume of a node that is deleted', async t => {
  const place = await inNamespace('kept');
  await place.node();
  await place.runs();
  const path = pathOf({ resource: persistentVolumeClaims, namespace: 'kept', name: 'data-n0' });
  const claim = async () => ((await bed().controlPlane.call('GET', path)).body as KubernetesObject).metadata;
  const { uid, ownerReferences } = await claim();
  t.is(ownerReferences?.[0]?.name, 'n0');
  const page = pages.find(({ file }) => file === 'docs/spec/seinode.md')!;
  const [commands = ''] = blocks(page, 'sh').filter(block => block.includes('ownerReferences'));
  await byHand(commands.replaceAll('-n arctic', '-n kept'), bed().controlPlane);
  await place.awaits('deletes the node', () => place.found(seiNodes, 'n0') === undefined);
  await place.awaits('deletes the pod', () => place.podOf() === undefined);
  t.like(await claim(), { uid, deletionTimestamp: undefined, ownerReferences: undefined });
});
