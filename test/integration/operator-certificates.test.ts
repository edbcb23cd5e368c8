import type { ExecutionContext } from 'ava';
import { persistentVolumeClaims, secrets, seiNodes } from '../../cluster/resource.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { gate, tls } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, inNamespace } = withOperator();

test('a Secret of another type is Malformed at once; a right one in its place lets the node run', async t => {
  const place = await inNamespace('opaque');
  const { certificate, key } = await place.pair();
  await place.node(tls);
  await place.says(gate, 'False NotFound');
  await place.secret('n0-tls', { 'tls.crt': certificate, 'tls.key': key });
  const { message } = await place.says(gate, 'False Malformed', /kubernetes\.io\/tls/);
  t.false(message.includes('PRIVATE KEY'));
  t.is(place.found(persistentVolumeClaims, 'data-n0'), undefined);
  await place.remove(secrets, 'n0-tls');
  await place.says(gate, 'False NotFound');
  await place.provide(await place.pair());
  await place.runs();
});

test('a certificate expires by itself, on the second, and its pod is left alone', async t => {
  const place = await inNamespace('expires');
  await place.provide(await place.pair());
  await place.node(tls);
  await place.runs();
  const pod = place.podOf();
  // Not before it runs: a busy machine may take longer for that.
  const notAfter = inSeconds(8);
  await place.renew(await place.pair(undefined, { notAfter }));
  const { lastTransitionTime } = await place.says(gate, 'False Expired');
  onTheSecond(t, lastTransitionTime, notAfter);
  await place.told('Warning', 'SidecarTLSSecretNotReady');
  t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Running');
  t.is(place.podOf(), pod);
});

test('a certificate of the future is waited for, and the node runs by itself', async t => {
  const place = await inNamespace('future');
  const notBefore = inSeconds(15);
  await place.provide(await place.pair(undefined, { notBefore }));
  await place.node(tls);
  await place.says(gate, 'False NotYetValid');
  t.is(place.found(persistentVolumeClaims, 'data-n0'), undefined);
  const { status } = await place.runs();
  onTheSecond(t, conditionOf(status, gate)?.lastTransitionTime, notBefore);
});

test('two nodes with one Secret run, and lose it together', async t => {
  const place = await inNamespace('shared');
  const nodes = ['n0', 'n1'];
  await Promise.all(nodes.map(name => place.node(tls, name)));
  await Promise.all(nodes.map(name => place.says(gate, 'False NotFound', undefined, name)));
  await place.provide(await place.pair(nodes.flatMap(name => place.namesOf(name))), nodes);
  await Promise.all(nodes.map(name => place.runs(name)));
  const before = nodes.map(name => place.podOf(name));
  await place.remove(secrets, 'n0-tls');
  await Promise.all(nodes.map(name => place.says(gate, 'False NotFound', undefined, name)));
  t.deepEqual(
    nodes.map(name => place.podOf(name)),
    before,
  );
});

test('of two nodes with one Secret the one that it does not name is held alone', async t => {
  const place = await inNamespace('half');
  await place.provide(await place.pair());
  await Promise.all(['n0', 'n1'].map(name => place.node(tls, name)));
  await place.runs();
  await place.says(gate, 'False SANsMismatch', /n1\.half/, 'n1');
  t.is(place.podOf('n1'), undefined);
});

/** The end of a second, as x509 counts. */
function inSeconds(seconds: number): Date {
  return new Date(Math.floor(Date.now() / 1000 + seconds) * 1000);
}

/** Its timer, and not the next look: a busy machine is given two seconds. */
function onTheSecond(t: ExecutionContext, told: string | undefined, moment: Date): void {
  const late = (Date.parse(told ?? '') - moment.getTime()) / 1000;
  t.log(`told ${late} s after the moment`);
  t.true(late >= 0 && late <= 2, `${late}`);
}
