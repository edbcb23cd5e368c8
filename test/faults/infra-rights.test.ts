import anyTest from 'ava';
import { request } from 'undici';
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
import { may, rbac, role, takeAway } from './infra/rights.ts';
import { sampleOf, survives } from './matrix.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

let fleet: Fleet;
let operator: FaultyOperator;

/** What is taken away of a role, what is said of it, and whether it shows in the node too. */
const rights: readonly [
  what: string,
  resource: string,
  verbs: readonly string[],
  told: RegExp,
  where: 'log' | 'log and condition',
][] = [
  ['see SeiNodes', 'seinodes', ['list', 'watch'], /no permission to (list|watch) seinodes\.sei\.io/, 'log'],
  [
    'change StatefulSets',
    'statefulsets',
    ['patch'],
    /no permission to patch statefulsets\.apps .*verb patch on/,
    'log and condition',
  ],
  ['write status', 'seinodes/status', ['patch'], /no permission to patch .*seinodes/, 'log'],
  ['see Secrets', 'secrets', ['list', 'watch'], /no permission to (list|watch) secrets/, 'log'],
  [
    'make StatefulSets',
    'statefulsets',
    ['create'],
    /no permission to patch statefulsets\.apps .*verb create on statefulsets/,
    'log and condition',
  ],
  [
    'make volumes',
    'persistentvolumeclaims',
    ['create'],
    /no permission to create persistentvolumeclaims/,
    'log and condition',
  ],
  [
    'make Services',
    'services',
    ['create'],
    /no permission to patch services .*verb create on services/,
    'log and condition',
  ],
];

test('an operator and its fleet', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  await fleet.create('old', 2);
  t.true(await until(() => fleet.areAll('Running', 'old')));
});

for (const [index, [what, resource, verbs, told, where]] of sampleOf([...rights.entries()], 3)) {
  test(`an operator that may not ${what} for a while says so, and goes on once it may`, async t => {
    const namespace = `rights-${index}`;
    const pid = operator.pid();
    const before = await fleet.uids('old');
    const { length } = operator.errors();
    await survives({ who: 'operator', fault: `no permission to ${what} for a while` }, async () => {
      const giveBack = await takeAway(controlPlane(), resource, verbs);
      t.teardown(giveBack);
      if (verbs.includes('watch')) cut();
      await fleet.create(namespace, 1);
      const said = () => operator.errors().slice(length);
      t.true(await until(() => said().some(line => told.test(line))), said().join('\n'));
      if (where !== 'log') {
        const [node] = await fleet.nodes(namespace);
        t.regex(conditionOf(node?.status, 'Progressing')?.message ?? '', told);
      }
      t.is((await request(`${operator.health}/healthz`)).statusCode, 200);
      await giveBack();
      t.true(
        await until(() => fleet.areAll('Running', namespace)),
        JSON.stringify(await fleet.nodes(namespace)),
      );
      t.true(await until(async () => (await fleet.uids(namespace)).length === 4));
      for (const node of await fleet.nodes(namespace)) oncePerTask(t, fleet, node);
      t.deepEqual(await fleet.uids('old'), before);
      t.is(operator.pid(), pid);
    });
  });
}

test('an operator that may do nothing at all for a while goes on once it may', async t => {
  const { call } = controlPlane();
  const path = `${rbac}/clusterrolebindings/${role}`;
  const { apiVersion, kind, metadata, roleRef, subjects } = (await call('GET', path)).body as Binding;
  const pid = operator.pid();
  const before = await fleet.uids('old');
  await survives({ who: 'operator', fault: 'its ClusterRoleBinding deleted and made again' }, async () => {
    await call('DELETE', path);
    t.true(await until(async () => !(await may(controlPlane(), 'seinodes', 'list'))));
    cut();
    await fleet.create('bound', 1);
    const refusals = () => operator.proxy.seen.filter(({ status }) => status === 403);
    t.true(await until(() => refusals().some(({ url }) => url.includes('/seinodes?'))));
    const { name, labels } = metadata;
    await call('POST', `${rbac}/clusterrolebindings`, {
      apiVersion,
      kind,
      metadata: { name, labels },
      roleRef,
      subjects,
    });
    t.true(await until(() => fleet.areAll('Running', 'bound')));
    t.deepEqual(await fleet.uids('old'), before);
    t.is(operator.pid(), pid);
  });
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

/** A watch is asked for its permission as it is opened. Each time in a row it is opened later. */
function cut(): void {
  operator.proxy.cut();
  operator.proxy.mend();
}

type Binding = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string; labels: object };
  readonly roleRef: object;
  readonly subjects: object;
};
