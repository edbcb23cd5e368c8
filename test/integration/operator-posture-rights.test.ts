import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { load } from 'js-yaml';
import { sidecarNetworkPolicyReady } from '../../core/conditions.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import { manifest } from '../operator/manifests.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

let fleet: Fleet;
let operator: FaultyOperator;
const example = join(import.meta.dirname, '../../examples/networkpolicy/networkpolicy.yaml');

type Rule = { readonly resources: readonly string[]; readonly apiGroups: readonly string[] };
const rules: readonly Rule[] = manifest('ClusterRole', 'sei-k8s-controller-manager').rules;
/** What the posture alone needs: the controller before had none of it. */
const own = rules.filter(({ resources }) =>
  resources.some(resource => /^(namespaces|daemonsets|.*networkpolicies)$/.test(resource)),
);

async function grant(given: readonly Rule[]): Promise<void> {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/sei-k8s-controller-manager';
  await controlPlane().call('PATCH', path, { rules: given });
}

function postureOf({ status }: SeiNode) {
  return conditionOf(status, sidecarNetworkPolicyReady);
}

async function says(wanted: string, words = /(?:)/): Promise<boolean> {
  return until(async () => {
    const nodes = await fleet.nodes('arctic');
    return nodes.every(node => {
      const { status: is, reason, message = '' } = { ...postureOf(node) };
      return `${is} ${reason}` === wanted && words.test(message);
    });
  });
}

test('with the rights of the controller before nodes run as ever, and the condition says what right is missing', async t => {
  await install(controlPlane(), t);
  t.is(own.length, 7);
  await grant(rules.filter(rule => !own.includes(rule)));
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  await fleet.create('arctic', 3);
  t.true(await until(() => fleet.areAll('Running', 'arctic')));
  t.true(
    await says('Unknown Unavailable', /^no permission to list networkpolicies\.networking\.k8s\.io as /),
  );
  // Finalizer, plan, claim, ConfigMap, StatefulSet, Service, Running.
  t.is(operator.writes().length, 3 * 7, JSON.stringify(operator.writes(), null, 1));
});

test('each collection that is refused is said once, and asked for ever more seldom', async t => {
  const lists = () => operator.proxy.seen.filter(({ path }) => path.endsWith('/networkpolicies'));
  t.true(await until(() => lists().length >= 4));
  const refusals = operator.errors().filter(line => line.includes('"where":"networkpolicies"'));
  t.is(refusals.length, 1, refusals.join('\n'));
});

test('with the rights it is told without a restart', async t => {
  await grant(rules);
  t.true(await says('False Open'));
  const { call } = controlPlane();
  const path = '/apis/networking.k8s.io/v1/namespaces/arctic/networkpolicies';
  await call('POST', path, load(readFileSync(example, 'utf8')));
  t.true(await says('True Ready'));
});

test('nodes that are open from the start cost no write more', async t => {
  const { length } = operator.writes();
  await fleet.create('later', 3);
  t.true(await until(() => fleet.areAll('Running', 'later')));
  t.true((await fleet.nodes('later')).every(node => postureOf(node)?.reason === 'Open'));
  t.is(operator.writes().length - length, 3 * 7);
});

const parameters = '/api/v1/namespaces/sei-k8s-controller-system/configmaps';
const document = (text: string) => ({
  metadata: { name: 'seinode-policy' },
  data: { 'parameters.yaml': `apiVersion: seinode.sei.io/v1\nkind: PolicyParameters\n${text}` },
});

test('who may connect is what the ConfigMap says; a broken one is loud and judges nobody', async t => {
  const { call } = controlPlane();
  await call('POST', '/api/v1/namespaces', { metadata: { name: 'monitoring' } });
  await call('POST', parameters, document('monitoring: {namespaceSelector: {matchLabels: {team: sre}}}'));
  t.true(await says('False Open', /9100/));
  await call('PATCH', `${parameters}/seinode-policy`, document('monitor: {}'));
  t.true(await says('Unknown ParametersInvalid', /seinode-policy parameters\.yaml: monitor is no field/));
  t.true(operator.errors().some(line => line.includes('monitor is no field')));
  await call('DELETE', `${parameters}/seinode-policy`);
  t.true(await says('True Ready'));
});

test('a policy of a kind that outranks them, found at the start, leaves nothing certain', async t => {
  const { kubectl, call } = controlPlane();
  const names = {
    plural: 'adminnetworkpolicies',
    singular: 'adminnetworkpolicy',
    kind: 'AdminNetworkPolicy',
  };
  const [group, version] = ['policy.networking.k8s.io', 'v1alpha1'];
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const input = JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${names.plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/network-policy-api' },
    },
    spec: {
      group,
      names,
      scope: 'Cluster',
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  });
  const { code, stderr } = await kubectl(['apply', '-f', '-'], { input });
  t.is(code, 0, stderr);
  const path = `/apis/${group}/${version}/${names.plural}`;
  const policy = { apiVersion: `${group}/${version}`, kind: names.kind, metadata: { name: 'deny-all' } };
  t.true(await until(async () => (await call('POST', path, policy)).status === 201));
  await operator.stop('SIGKILL');
  await operator.start();
  t.true(await says('Unknown Undecided', /AdminNetworkPolicy deny-all outranks NetworkPolicies/));
});

anyTest.after.always('they stop', async () => {
  await Promise.all([operator?.end(), fleet?.stop()]);
});
