import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import { leads } from '../faults/replicas.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const namespace = 'started';
let fleet: Fleet;
let [one, other]: FaultyOperator[] = [];

test('a new fleet runs', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  const flags = ['--leader-elect=true'];
  one = await faultyOperator(controlPlane(), fleet.sidecars, { name: 'one', flags });
  other = await faultyOperator(controlPlane(), fleet.sidecars, { name: 'other', flags });
  await fleet.create(namespace, 2);
  await one.start();
  t.true(await until(() => fleet.areAll('Running', namespace)));
});

test('after one that ended in order all is listed once', async t => {
  await one!.stop('SIGTERM');
  t.is(await listsOf(one!), 1);
});

test('who waited while another led lists once more before it works', async t => {
  await other!.start();
  t.true(await until(() => other!.proxy.seen.some(({ path, method }) => isList(path, method))));
  await one!.stop('SIGTERM');
  t.true(await until(() => leads(other!)));
  t.true(await until(async () => (await other!.metric('controller_runtime_reconcile_total{')) >= 2));
  t.is(nodeLists(other!), 2);
});

test('and so does who follows one that was killed', async t => {
  await other!.stop('SIGKILL');
  t.is(await listsOf(one!), 2);
});

anyTest.after.always('they stop', async () => {
  await Promise.all([one, other].map(each => each?.end()));
  await fleet?.stop();
});

function isList(path: string, method: string): boolean {
  return method === 'GET' && path.endsWith('/seinodes');
}

/** How often an operator listed nodes, over all its starts. */
function nodeLists({ proxy }: FaultyOperator): number {
  return proxy.seen.filter(({ path, method, query }) => isList(path, method) && !query.has('watch')).length;
}

/** How often one does from its start until it has reconciled each node. */
async function listsOf(operator: FaultyOperator): Promise<number> {
  const before = nodeLists(operator);
  await operator.start();
  await until(async () => (await operator.metric('controller_runtime_reconcile_total{').catch(() => 0)) >= 2);
  return nodeLists(operator) - before;
}
