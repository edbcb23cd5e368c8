import { readFileSync } from 'node:fs';
import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import { installWebhook, type Replica, replica } from './webhook-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);
const replicas: Replica[] = [];

const node = {
  apiVersion: 'sei.io/v1alpha1',
  kind: 'SeiNode',
  metadata: { name: 'n0' },
  spec: { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {} },
};
const nodes = '/apis/sei.io/v1alpha1/namespaces/a/seinodes';

test('the API server asks the webhook by what the operator wrote', async t => {
  const { call, directory } = controlPlane();
  const { apply, close } = await installWebhook(controlPlane(), () => replicas);
  t.teardown(close);
  t.is((await apply()).status, 201);
  await call('POST', '/api/v1/namespaces', { metadata: { name: 'a' } });
  t.is((await call('POST', nodes, node)).status, 500, 'nobody is there, so none is created');
  const one = await replica(controlPlane(), 'one');
  replicas.push(one);
  await one.start();
  const isCreated = async () => (await call('POST', nodes, node)).status === 201;
  t.true(await until(isCreated), readFileSync(`${directory}/one.log`, 'utf8'));
  const counted = 'seinode_admission_requests_total{kind="SeiNode",operation="CREATE",allowed="true"} 1';
  const metrics = async () => (await fetch(`${one.metrics}/metrics`)).text();
  t.true(await until(async () => (await metrics()).includes(counted)), await metrics());
});
