import { seiNodes } from '../../cluster/resource.ts';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { settings } from '../core/resources/nodes.ts';
import { newImage } from '../upgrade/nodes.ts';
import { withFleet } from './with-fleet.ts';

const { test, bed, takeOver, objects, kubectl, controlPlane } = withFleet();

test('after the takeover a certificate is renewed without a restart, and a sidecar that lost readiness is told', async t => {
  await takeOver(t);
  const { place, sidecars, said, kubelet } = bed();
  const [key, pod] = [place.key('secured'), place.podOf('secured')];
  const renewed = await place.pair(place.namesOf('secured'));
  await place.renew(renewed);
  place.serve(renewed, ['secured']);
  sidecars.restart(key);
  said.restarts.set(key, new Date().toISOString());
  kubelet.probe();
  await place.awaits('told mark-ready', () => sidecars.isReady(key));
  await place.runs('secured');
  t.is(place.podOf('secured'), pod);
  await place.says('SidecarTLSSecretReady', 'True Ready', undefined, 'secured');
});

for (const name of ['full', 'secured', 'validator', 'imported']) {
  test(`an image update gives node ${name} our template, one new pod, and the volume that it had`, async t => {
    const { place } = bed();
    const [pod, claims] = [place.podOf(name), await objects('persistentvolumeclaims')];
    await place.patch(seiNodes, name, { spec: { image: newImage } });
    const node = await place.becomes(
      'runs the new image',
      ({ status }) => status?.currentImage === newImage && status.plan?.phase === 'Complete',
      name,
    );
    t.not(place.podOf(name), pod);
    const { spec } = (await objects('statefulsets')).get(name)!;
    const ours = statefulSet(node, settings).spec.template.spec;
    const names = (containers: readonly { name: string }[] = []) =>
      containers.map(container => container.name);
    t.deepEqual(names(spec.template.spec.initContainers), names(ours.initContainers));
    t.like(
      spec.template.spec.initContainers.find(({ name }: { name: string }) => name === 'sei-sidecar'),
      {
        readinessProbe: { httpGet: { path: '/v0/healthz', port: 9100 } },
      },
    );
    const after = await objects('persistentvolumeclaims');
    for (const [claim, { metadata }] of claims) t.is(after.get(claim)?.metadata.uid, metadata.uid, claim);
  });
}

test('the way back: the CRD of the controller before takes every status that we wrote, field for field', async t => {
  const crd = new URL('../control-plane/crds/sei.io_seinodes.yaml', import.meta.url).pathname;
  const nodes = await objects('seinodes');
  await kubectl(t, ['apply', '--server-side', '--force-conflicts', '-f', crd]);
  for (const [name, node] of nodes) {
    const path = `/apis/sei.io/v1alpha1/namespaces/fleet/seinodes/${name}/status?dryRun=All&fieldValidation=Strict`;
    const { managedFields: _, resourceVersion: __, ...metadata } = node.metadata;
    const { status, body } = await controlPlane().call('PATCH', path, { ...node, metadata });
    t.is(status, 200, `${name}: ${JSON.stringify(body)}`);
    t.deepEqual((body as SeiNode).status, node.status, name);
  }
});
