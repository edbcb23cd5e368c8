import anyTest from 'ava';
import { request } from 'undici';
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
import { sampleOf, survives } from './matrix.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const role = 'sei-k8s-controller-manager';
let fleet: Fleet;
let operator: FaultyOperator;

type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};

/** What is taken away of a role, and what the log or a condition says of it. */
const rights: readonly [what: string, resource: string, verbs: readonly string[], told: RegExp][] = [
  ['see SeiNodes', 'seinodes', ['list', 'watch'], /no permission to (list|watch) seinodes\.sei\.io/],
  ['see Secrets', 'secrets', ['list', 'watch'], /no permission to (list|watch) secrets/],
  ['write status', 'seinodes/status', ['patch'], /no permission to patch .*seinodes/],
];

test('an operator and its fleet', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  await fleet.create('old', 2);
  t.true(await until(() => fleet.areAll('Running', 'old')));
});

for (const [index, [what, resource, verbs, told]] of sampleOf([...rights.entries()], 3)) {
  test(`an operator that may not ${what} for a while says so, and goes on once it may`, async t => {
    const { call } = controlPlane();
    const namespace = `rights-${index}`;
    const pid = operator.pid();
    const before = await fleet.uids('old');
    const { length } = operator.errors();
    const { rules } = (await call('GET', `${rbac}/clusterroles/${role}`)).body as { rules: readonly Rule[] };
    await survives({ who: 'operator', fault: `no permission to ${what} for a while` }, async () => {
      t.teardown(() => setRules(rules));
      await setRules(rules.flatMap(rule => without(rule, resource, verbs)));
      t.true(await until(async () => !(await may(resource, verbs[0]!))));
      // A watch is asked for its permission as it is opened.
      operator.proxy.cut();
      operator.proxy.mend();
      await fleet.create(namespace, 1);
      const said = async () => [
        ...operator.errors().slice(length),
        JSON.stringify(await fleet.nodes(namespace)),
      ];
      t.true(
        await until(async () => (await said()).some(line => told.test(line))),
        (await said()).join('\n'),
      );
      t.is((await request(`${operator.health}/healthz`)).statusCode, 200);
      await setRules(rules);
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
    t.true(await until(async () => !(await may('seinodes', 'list'))));
    operator.proxy.cut();
    operator.proxy.mend();
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

type Binding = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string; labels: object };
  readonly roleRef: object;
  readonly subjects: object;
};

function without(rule: Rule, resource: string, verbs: readonly string[]): Rule[] {
  if (!rule.resources.includes(resource)) return [rule];
  const others = { ...rule, resources: rule.resources.filter(each => each !== resource) };
  const rest = { ...rule, resources: [resource], verbs: rule.verbs.filter(verb => !verbs.includes(verb)) };
  return [others, rest].filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0);
}

async function setRules(rules: readonly Rule[]): Promise<void> {
  await controlPlane().call('PATCH', `${rbac}/clusterroles/${role}`, { rules });
}

/** What the API server says by now: it hears of roles a moment later. */
async function may(resource: string, verb: string): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const group = { seinodes: 'sei.io', statefulsets: 'apps' }[plural!] ?? '';
  const { body } = await controlPlane().call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    spec: {
      user: 'system:serviceaccount:sei-k8s-controller-system:sei-k8s-controller-manager',
      resourceAttributes: { group, resource: plural, verb, ...(subresource && { subresource }) },
    },
  });
  return (body as { status: { allowed: boolean } }).status.allowed;
}
