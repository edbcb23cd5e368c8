import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { secrets, seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { sha256Hex } from '../../core/x509/certificate.ts';
import { createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import { environment } from '../core/resources/nodes.ts';
import { recordingProxy } from '../kubelet/images.ts';
import { gate, type Place, tasksOf, tls } from './place.ts';
import { chain, endNode } from './pods.ts';
import { beginCalls, dataOf, rotate, servedLeaf } from './rotation.ts';
import { projectionDelay, withPods } from './with-pods.ts';

const { test, bed } = withPods();

/** Milliseconds: the kubelet's delay, --tls-reload-interval, and what a busy machine adds to both. */
const longestRotation = projectionDelay + 30_000 + 10_000;

test('a Secret rotated in place: no call fails while the former leaf is served, and the new one comes in its time', async t => {
  const { operator, inNamespace, authority, kubelet } = bed();
  await operator();
  const place = await inNamespace('rotated');
  const first = await place.pair();
  await place.provide(first);
  await place.node({ ...tls, ...chain });
  await place.runs();
  const calls = await beginCalls(bed(), place, await rotate(place, first, authority));

  const renewed = await place.pair();
  calls.told(await rotate(place, renewed, authority));
  t.is(await servedLeaf(place), digestOf(first));
  t.true(await isServed(place, renewed));

  // The proxy has just looked: it serves this leaf for half a minute from now on.
  const another = await createAuthority('another');
  const replaced = await another.issue({ commonName: 'n0' }, place.namesOf('n0'));
  calls.told(await rotate(place, replaced, another));
  const { status } = place.found<SeiNode>(seiNodes, 'n0')!;
  kubelet.pod(place.key('n0-0'))?.container('sei-sidecar')?.kill('SIGKILL');
  const marked = await place.becomes(
    'is marked ready meanwhile',
    ({ status: now }) => now?.plan?.id !== status?.plan?.id && now?.plan?.phase === 'Complete',
  );
  t.deepEqual(tasksOf(marked), ['mark-ready']);
  t.is(await servedLeaf(place), digestOf(renewed));
  t.true(await isServed(place, replaced));

  const { answered, failures } = await calls.end();
  t.log(`${answered} calls were answered`);
  t.true(answered > 20);
  // The sidecar that was killed is away for a moment; the proxy says so with 502.
  t.deepEqual(
    failures.filter(
      failure => !failure.includes('kube-rbac-proxy has no way to the sidecar and answers 502'),
    ),
    [],
  );
  await place.says(gate, 'True Ready');
  await endNode(bed(), place);
});

test('a certificate that ca.crt does not vouch for stops the operator with a clear condition, and no token is sent', async t => {
  const { images, inNamespace, kubelet } = bed();
  images.set(environment.SEI_KUBE_RBAC_PROXY_IMAGE, recordingProxy);
  const place = await inNamespace('foreign');
  const stringData = dataOf(await place.pair(), await createAuthority('stranger'));
  await place.create(secrets, { metadata: { name: 'n0-tls' }, type: 'kubernetes.io/tls', stringData });
  await place.node({ ...tls, ...chain });
  const { message } = await place.says(
    'Progressing',
    'True TaskWaiting',
    /is not trusted and gets no request/,
  );
  t.regex(message, /its certificate is not from the authority in Secret foreign\/n0-tls/);
  const log = () => readFileSync(kubelet.pod(place.key('n0-0'))!.log('kube-rbac-proxy'), 'utf8');
  t.true(await until(() => log().split('refused').length > 2));
  t.notRegex(log(), /sent|Bearer/);
});

function isServed(place: Place, pair: KeyPair): Promise<boolean> {
  return until(async () => (await servedLeaf(place)) === digestOf(pair), longestRotation);
}

function digestOf({ certificate }: KeyPair): string {
  return sha256Hex(new X509Certificate(certificate).raw);
}
