import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);
const path = '/api/v1/namespaces/gone';
let fleet: Fleet;
let operator: FaultyOperator;

test('a node runs, and its namespace is finalized while the node is still there, as by an API server that was killed', async t => {
  const { call } = controlPlane();
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  await fleet.create('gone', 1);
  t.true(await until(() => fleet.areAll('Running', 'gone')));
  await operator.stop();
  await call('DELETE', path);
  const goes = async () => (await fleet.nodes('gone'))[0]?.metadata.deletionTimestamp !== undefined;
  t.true(await until(goes));
  const isGone = async () => {
    const { body } = await call('GET', path);
    await call('PUT', `${path}/finalize`, { ...(body as object), spec: { finalizers: [] } });
    return (await call('GET', path)).status === 404;
  };
  t.true(await until(isGone));
  t.is((await fleet.nodes('gone')).length, 1);
});

test('the operator says that there is no such namespace, and the node goes once there is', async t => {
  await operator.start();
  const says = () => operator.errors().some(error => error.includes('does not exist: make it (again)'));
  t.true(await until(says), operator.errors().join('\n'));
  await controlPlane().call('POST', '/api/v1/namespaces', { metadata: { name: 'gone' } });
  t.true(await until(async () => (await fleet.nodes('gone')).length === 0));
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});
