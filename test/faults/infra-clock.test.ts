import anyTest from 'ava';
import { conditionOf } from '../../core/seinode.ts';
import { type Authority, createAuthority } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  seiNode,
  startFleet,
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { misfortunes } from './infra/misfortunes.ts';
import { isWhole, survives } from './matrix.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const hour = 3_600_000;
let fleet: Fleet;
let operator: FaultyOperator;
let shifted: (shift: number) => Promise<void>;

test('an operator, and nodes whose certificates become valid and expire within the hour', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  const fate = misfortunes(controlPlane(), 'operator');
  operator = await faultyOperator(controlPlane(), fleet.sidecars, fate);
  shifted = shift => fate.befall(operator, { shift });
  await operator.start();
  const authority = await createAuthority('clock');
  await fleet.create('clock', 0);
  await node(authority, 'ends', -hour / 2, hour / 2);
  await node(authority, 'begins', hour / 2, 2 * hour);
  await say(t, { ends: 'Ready', begins: 'NotYetValid' });
});

const jumps = [
  ['set ahead by an hour', hour, { ends: 'Expired', begins: 'Ready' }],
  ['set right again from ahead', 0, { ends: 'Ready', begins: 'NotYetValid' }],
  ['set back by an hour', -hour, { ends: 'NotYetValid', begins: 'NotYetValid' }],
  ['set right again from behind', 0, { ends: 'Ready', begins: 'NotYetValid' }],
] as const;
for (const [how, shift, reasons] of isWhole ? jumps : jumps.slice(0, 2)) {
  test(`certificates are judged by a clock that is ${how}, though nothing else changes`, async t => {
    await survives({ who: 'operator', fault: `clock ${how}, of an operator without a Lease` }, async () => {
      await shifted(shift);
      await say(t, reasons);
    });
  });
}

test('nobody ended, and once all is said of the certificates nothing is written any more', async t => {
  t.deepEqual(operator.errors(), []);
  // A plan that began while its certificate was valid has things to say until it can go on no further.
  const isQuiet = async () => {
    const { length } = operator.writes();
    return !(await until(() => operator.writes().length > length, 5_000));
  };
  t.true(await until(isQuiet));
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

/** A node whose certificate is valid in a while only. @param from milliseconds from now. */
async function node(authority: Authority, name: string, from: number, to: number): Promise<void> {
  const names = [`${name}.clock.svc.cluster.local`, `${name}-0.${name}.clock.svc.cluster.local`];
  const [notBefore, notAfter] = [from, to].map(offset => new Date(Date.now() + offset)) as [Date, Date];
  const pair = await authority.issue({ commonName: name }, names, [], undefined, { notBefore, notAfter });
  const { call } = controlPlane();
  await call('POST', '/api/v1/namespaces/clock/secrets', {
    metadata: { name: `${name}-tls` },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key, 'ca.crt': authority.certificate },
  });
  await call('POST', '/apis/sei.io/v1alpha1/namespaces/clock/seinodes', seiNode(name));
}

async function say(
  t: { deepEqual: (one: object, other: object) => unknown },
  reasons: Readonly<Record<string, string>>,
): Promise<void> {
  const said = async () =>
    Object.fromEntries(
      (await fleet.nodes('clock')).map(({ metadata, status }) => [
        metadata.name,
        conditionOf(status, 'SidecarTLSSecretReady')?.reason,
      ]),
    );
  const are = (now: object) =>
    JSON.stringify(Object.entries(now).toSorted()) === JSON.stringify(Object.entries(reasons).toSorted());
  await until(async () => are(await said()));
  t.deepEqual(await said(), reasons);
}
