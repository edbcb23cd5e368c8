import type { ExecutionContext } from 'ava';
import { until } from '../control-plane/until.ts';
import { node, settings, tls } from '../core/resources/nodes.ts';
import { invoke } from '../plugin/terminal.ts';
import { argument, type Objects, objectsOf } from '../policies/workload.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane();

/** Applies node n0 under TLS with its StatefulSet and Service into a namespace, and waits for the pod that comes of them. */
async function run(
  t: ExecutionContext,
  namespace: string,
  spoil: (objects: Objects) => unknown,
): Promise<void> {
  const applied = { ...node(tls), metadata: { name: 'n0', namespace } };
  const objects = objectsOf(applied);
  spoil(objects);
  const { statefulSet, service } = objects;
  // The owner has another uid here: they would be collected.
  for (const { metadata } of [statefulSet, service]) delete metadata.ownerReferences;
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: settings.SEI_SERVICE_ACCOUNT },
  };
  await kubectl(t, ['create', 'namespace', namespace]);
  await kubectl(t, ['apply', '-n', namespace, '-f', '-'], {
    input: list([account, applied, statefulSet, service]),
  });
  const pod = async () => (await controlPlane().kubectl(['get', 'pod', 'n0-0', '-n', namespace])).code === 0;
  t.true(await until(pod), 'the pod is made');
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

type Finding = { rule: string; details: { reason: string; kind: string } };

async function found(namespace: string): Promise<string[]> {
  const flags = `-n ${namespace} -o json --kubeconfig ${controlPlane().kubeconfig}`;
  const { findings } = JSON.parse((await invoke(`policy check ${flags}`)).out) as { findings: Finding[] };
  return findings
    .filter(({ rule }) => rule === 'listener-split' || rule === 'label-contract')
    .map(({ rule, details: { reason, kind } }) => `${rule} ${reason} ${kind}`);
}

test('what the operator makes is clean as the API server gives it back, defaults and all', async t => {
  await run(t, 'clean', () => undefined);
  t.deepEqual(await found('clean'), []);
});

test('a live pod is judged, and the template that the next one comes of', async t => {
  await run(t, 'spoiled', ({ statefulSet, service }) => {
    argument(statefulSet.spec.template, '--ignore-paths=/v0/metrics');
    service.spec.publishNotReadyAddresses = false;
  });
  await kubectl(t, ['label', 'pod', 'n0-0', '-n', 'spoiled', 'sei.io/role-']);
  t.deepEqual(await found('spoiled'), [
    'label-contract LabelMissing Pod',
    'listener-split IgnorePaths Pod',
    'listener-split NotReadyAddresses Service',
    'listener-split IgnorePaths StatefulSet',
  ]);
});
