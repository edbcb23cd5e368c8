import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial);
const path = '/apis/coordination.k8s.io/v1/namespaces/former/leases';
let fleet: Fleet;
let operator: FaultyOperator;

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

test('while the controller before leads in another namespace nothing is written', async t => {
  const { call } = controlPlane();
  await install(controlPlane(), t);
  await kubectl(t, ['create', 'namespace', 'former']);
  await call('POST', `${path}?fieldManager=manager`, {
    metadata: { name: 'bc1f5b0a.sei.io' },
    spec: { holderIdentity: 'former-0', leaseDurationSeconds: 3_600 },
  });
  fleet = await startFleet(controlPlane());
  await fleet.create('fleet', 1);
  operator = await faultyOperator(controlPlane(), fleet.sidecars, { flags: ['--leader-elect=true'] });
  await operator.start();
  t.true(await until(async () => says('another operator leads: former-0 by Lease former/bc1f5b0a.sei.io')));
  t.deepEqual(operator.writes(), []);
});

test('once it has let go, ours works', async t => {
  await hold('');
  t.true(await until(() => fleet.areAll('Running', 'fleet')));
});

test('where it comes back, ours ends', async t => {
  const ended = operator.ended();
  await hold('former-1');
  t.is(await ended, 'exit 1');
  t.true(says('nothing is written any more: former-1 by Lease former/bc1f5b0a.sei.io leads as well'));
});

function hold(holderIdentity: string): Promise<unknown> {
  return controlPlane().call('PATCH', `${path}/bc1f5b0a.sei.io`, { spec: { holderIdentity } });
}

function says(words: string): boolean {
  return readFileSync(join(controlPlane().directory, 'operator.log'), 'utf8').includes(words);
}
