import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { jobs, persistentVolumeClaims, pods, seiNodes } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { environment } from '../core/resources/nodes.ts';
import { environmentOf, objectStoreOf } from '../object-store/object-store.ts';
import { archiveOf, writeFiles } from '../sidecar/snapshots/place.ts';
import { idOf, ownHost, startNode } from '../sidecar/tasks/servers.ts';
import { type Place, tls } from './place.ts';
import { chain, endNode } from './pods.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();
const store = objectStoreOf(anyTest);

const [restored, halted] = [4000, 4321];
const bootstrapImage = 'sei:v5';

for (const [how, more] of [
  ['under TLS', tls],
  ['without TLS', {}],
] as const) {
  test(`a bootstrap ${how}: the sidecar restores a snapshot, seid halts at its height, and the node has the volume`, async t => {
    const namespace = how.replace(' ', '-').toLowerCase();
    const place = await bed().inNamespace(namespace);
    const bucket = join(store().root, environment.SEI_SNAPSHOT_BUCKET);
    mkdirSync(bucket, { recursive: true });
    writeFiles(bucket, { [`${chain.chainId}/state-sync/${restored}.tar.gz`]: archiveOf(restored) });
    const { images } = bed();
    const sidecar = images.get(environment.SEI_SIDECAR_IMAGE)!;
    images.set(environment.SEI_SIDECAR_IMAGE, { ...sidecar, environment: environmentOf(store()) });
    images.set(bootstrapImage, images.get('sei:v6.3.0')!);
    const addresses = await Promise.all(
      [1, 2].map(async number => {
        const host = ownHost();
        await startNode(t, { id: idOf(number), network: chain.chainId }, host);
        return `${idOf(number)}@${host}:26656`;
      }),
    );
    const operator = await bed().operator({ SEI_SNAPSHOT_REGION: 'us-east-1' });
    await place.provide(await place.pair());
    const snapshot = { s3: { targetHeight: halted }, bootstrapImage };
    await place.node({ ...chain, ...more, fullNode: { snapshot }, peers: [{ static: { addresses } }] });
    const volume = join(bed().controlPlane.directory, 'claims', namespace, 'data-n0');
    const node = await place.runs();
    t.is(node.status?.currentImage, 'sei:v6.3.0');
    t.like(JSON.parse(readFileSync(join(volume, 'data/halted.json'), 'utf8')), { height: `${halted}` });
    t.true(readFileSync(join(volume, `data/snapshots/${restored}/1/0`)).length > 0);
    t.is(
      place.found(persistentVolumeClaims, 'data-n0')?.metadata.annotations?.['sei.io/bootstrapped'],
      chain.chainId,
    );
    t.is(place.found(jobs, 'n0-bootstrap'), undefined);
    t.truthy(place.podOf());
    t.deepEqual(tokensIn(node, place), []);
    await endNode(bed(), place);
    await operator.stop();
  });
}

/** Pods and plan hold no token. */
function tokensIn(node: SeiNode, place: Place): string[] {
  const all = [node, place.found<SeiNode>(seiNodes, 'n0'), place.found<KubernetesObject>(pods, 'n0-0')];
  return all.map(each => JSON.stringify(each)).filter(text => /eyJ[\w-]+\.eyJ/.test(text));
}
