import test from 'ava';
import { layOver } from '../../../plugin/source/overlay.ts';
import { readText } from './manifests.ts';

const object = (kind: string, name: string, more: object = {}, labels = {}) =>
  `${JSON.stringify({ apiVersion: kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'v1', kind, metadata: { name, labels }, ...more })}\n---\n`;
const policy = (name: string, type: string) =>
  object('NetworkPolicy', name, { spec: { policyTypes: [type] } });

test('files laid over a cluster replace what they name, and leave the rest', async t => {
  const over = await readText(
    policy('a', 'Egress') +
      object('Pod', 'p', {}, { of: 'files' }) +
      object('Namespace', 'n', {}, { of: 'files' }),
  );
  const under = await readText(
    policy('a', 'Ingress') +
      policy('b', 'Ingress') +
      object('Pod', 'p', {}, { of: 'cluster' }) +
      object('Pod', 'o') +
      object('Namespace', 'n', {}, { of: 'cluster' }) +
      object('Namespace', 'm') +
      object('Service', 's') +
      'apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: x}\n',
  );
  const { network, policies, pod, service, statefulSet } = layOver(over, under);
  t.deepEqual(
    network.policies.map(({ metadata, spec }) => [metadata.name, spec?.policyTypes]),
    [
      ['a', ['Egress']],
      ['b', ['Ingress']],
    ],
  );
  t.deepEqual(
    policies.map(({ object }) => object),
    network.policies,
  );
  t.deepEqual(network.pods.map(({ metadata }) => metadata.name).toSorted(), ['o', 'p']);
  t.is(pod('default', 'p')?.object.metadata.labels?.of, 'files');
  t.is(network.namespaces.get('n')?.of, 'files');
  t.true(network.namespaces.has('m'));
  t.truthy(service('default', 's'));
  t.is(statefulSet('default', 's'), undefined);
  t.is(network.caveats.length, 1);
});
