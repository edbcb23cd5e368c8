import anyTest from 'ava';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { conditionOf } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  oncePerTask,
  startFleet,
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { copyEtcd } from './infra/etcd-copy.ts';
import { survives } from './matrix.ts';
import type { Seen } from './proxy/seen.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

let fleet: Fleet;
let operator: FaultyOperator;

test('an operator and its fleet', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  t.pass();
});

for (const [what, namespace] of [
  ['kube-apiserver', 'unserved'],
  ['etcd', 'away'],
] as const) {
  test(`${what} that is killed and comes back amid plans finds them going on`, async t => {
    const { apiserver, etcd } = controlPlane();
    const pid = operator.pid();
    const release = hold();
    await fleet.create(namespace, 5);
    t.true(await until(async () => (await fleet.uids(namespace)).length === 5 * 4));
    const before = await fleet.uids(namespace);
    const program = what === 'etcd' ? etcd : apiserver;
    await survives({ who: 'operator', fault: `${what} killed and started again amid plans` }, async () => {
      await program.stop('SIGKILL');
      release();
      // Without a minute of silence what is cached counts as true.
      await operator.ready();
      await program.start();
      await apiserver.ready();
      t.true(await until(() => fleet.areAll('Running', namespace)));
      t.deepEqual(await fleet.uids(namespace), before);
      for (const node of await fleet.nodes(namespace)) oncePerTask(t, fleet, node);
      t.is(operator.pid(), pid);
    });
  });
}

const isOfNodes = ({ method, url }: Seen) => method === 'GET' && url.includes('/seinodes?');
const late = {
  fault: 'etcd restored from an older copy, and the operator hears of it late',
  who: 'operator',
} as const;

test('after a restore of etcd nothing is deleted and no pod rolls, also where the news of it come late', async t => {
  const { call } = controlPlane();
  await fleet.create('back', 4);
  t.true(await until(() => fleet.areAll('Running', 'back')));
  t.true(
    await until(async () =>
      (await fleet.nodes('back')).every(
        ({ status }) => status?.plan === undefined || status.plan.phase !== 'Active',
      ),
    ),
  );
  const release = hold();
  await fleet.create('amid', 2);
  t.true(await until(async () => (await fleet.uids('amid')).length === 2 * 4));
  // The claim of n1 does not go: its node's end is under way as etcd is restored.
  const claim = '/api/v1/namespaces/back/persistentvolumeclaims/data-n1';
  await call('PATCH', claim, { metadata: { finalizers: ['example.com/held'] } });
  const before = { back: await fleet.uids('back'), amid: await fleet.uids('amid') };
  const restore = await copyEtcd(controlPlane());

  await call('DELETE', node('n0'));
  t.true(await until(async () => (await call('GET', node('n0'))).status === 404));
  await call('DELETE', node('n1'));
  t.true(await until(async () => isGoing((await call('GET', claim)).body)));
  await call('PATCH', node('n2'), { spec: { image: 'sei:v6.4.0' } });
  t.true(
    await until(async () =>
      (await fleet.nodes('back')).some(({ status }) => status?.currentImage === 'sei:v6.4.0'),
    ),
  );
  await call('PATCH', '/api/v1/namespaces/back/secrets/n3-tls', { data: { 'tls.crt': btoa('none') } });
  t.true(await until(async () => (await reasons()).includes('Malformed')));
  await fleet.create('late', 1);
  t.true(await until(async () => (await fleet.uids('late')).length === 4));

  await survives(late, async () => {
    const pid = operator.pid();
    operator.proxy.freeze(isOfNodes);
    const { length } = operator.proxy.seen;
    const written = operator.writes().length;
    await restore();
    // All but the nodes has been listed: what was under way is tried again, with nodes from a future that is none.
    const asked = (path: string) => operator.proxy.seen.slice(length).filter(each => each.url.includes(path));
    const isListed = () => asked('/statefulsets?limit').some(({ status }) => status === 200);
    t.true(await until(isListed), JSON.stringify(asked('')));
    // All but the nodes has been listed: what was under way is not tried again with nodes from a future that is none.
    const deleted = () =>
      operator
        .writes()
        .slice(written)
        .filter(({ method }) => method === 'DELETE');
    t.false(await until(() => deleted().length > 0, 7_000), JSON.stringify(deleted()));
    operator.proxy.mend();
    release();
    t.true(await until(() => fleet.areAll('Running', 'amid')));
    t.true(await until(async () => (await reasons()).every(reason => reason === 'Ready')));
    t.deepEqual(await fleet.uids('back'), before.back);
    t.deepEqual(await fleet.uids('amid'), before.amid);
    t.deepEqual(deleted(), []);
    for (const each of await fleet.nodes('amid')) oncePerTask(t, fleet, each);
    const images = (await fleet.nodes('back')).map(({ status }) => status?.currentImage);
    t.deepEqual([...new Set(images)], ['sei:v6.3.0']);
    t.is(operator.pid(), pid);
    // It hears of what comes: no expectation of a moment ahead holds a node back.
    await call('PATCH', node('n2'), { spec: { image: 'sei:v6.4.1' } });
    t.true(
      await until(async () =>
        (await fleet.nodes('back')).some(({ status }) => status?.currentImage === 'sei:v6.4.1'),
      ),
    );
  });
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

/** Plans stop amid their sidecars' tasks, until what is returned is called. */
function hold(): () => void {
  let held = true;
  fleet.fate = (_, type) => (held && type === 'config-apply' ? 'running' : 'completed');
  return () => {
    held = false;
  };
}

function node(name: string): string {
  return `/apis/sei.io/v1alpha1/namespaces/back/seinodes/${name}`;
}

function isGoing(object: unknown): boolean {
  return (object as KubernetesObject).metadata.deletionTimestamp !== undefined;
}

async function reasons(): Promise<readonly (string | undefined)[]> {
  return (await fleet.nodes('back')).map(
    ({ status }) => conditionOf(status, 'SidecarTLSSecretReady')?.reason,
  );
}
