import type { ExecutionContext } from 'ava';
import { type NetworkNeeds, readNetwork } from '../../plugin/source/cluster-network.ts';
import { client } from '../cluster/fakes.ts';
import { established } from '../control-plane/crd.ts';
import { isAllowed } from '../control-plane/rights.ts';
import { readText } from '../plugin/source/manifests.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane();
const needs: NetworkNeeds = { network: 'pods', children: true };

const crd = (group: string, version: string, kind: string, scope: string) => {
  const [singular, plural] = [kind.toLowerCase(), kind.toLowerCase().replace(/y$/, 'ies')];
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
    },
    spec: {
      group,
      scope,
      names: { kind, singular, plural },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
};
const foreign = [
  crd('policy.networking.k8s.io', 'v1alpha1', 'AdminNetworkPolicy', 'Cluster'),
  crd('cilium.io', 'v2', 'CiliumNetworkPolicy', 'Namespaced'),
];

const objects = (namespace: string) => {
  const metadata = { name: 'x', namespace };
  const labels = { 'sei.io/node': 'x', empty: '' };
  const container = { name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 80 }] };
  const native = {
    ...container,
    name: 'n',
    restartPolicy: 'Always',
    ports: [{ containerPort: 53, protocol: 'UDP' }],
  };
  const peers = [{ namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }];
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'x-0', labels },
      spec: {
        hostNetwork: true,
        automountServiceAccountToken: false,
        containers: [container],
        initContainers: [native],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: { a: '' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: peers, ports: [{ protocol: 'TCP', port: 8443 }] }, null],
      },
    },
    { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
  ];
};
const namespace = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { tier: 'gold' } },
});
const admin = {
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'AdminNetworkPolicy',
  metadata: { name: 'deny' },
};
const all = ['arctic', 'other'].flatMap(name => [namespace(name), ...objects(name)]).concat(admin as never);

function documents(items: readonly object[]): string {
  return items.map(item => `${JSON.stringify(item)}\n`).join('---\n');
}

let applied: Promise<unknown> | undefined;

/** Two namespaces with a policy of each kind, applied once. */
function furnished(t: ExecutionContext): Promise<unknown> {
  const apply = (...items: object[]) => kubectl(t, ['apply', '-f', '-'], { input: documents(items) });
  const waited = (...what: string[]) => kubectl(t, ['wait', '--timeout=180s', ...what]);
  const furnish = async () => {
    await apply(namespace('arctic'), namespace('other'), ...foreign);
    for (const { metadata } of foreign) await established(controlPlane(), metadata.name);
    for (const name of ['arctic', 'other'])
      await waited('--for=create', 'serviceaccount/default', '-n', name);
    await apply(...all);
  };
  applied ??= furnish();
  return applied;
}

/** What is read of the two namespaces. @param wanted that of the nodes; absent for all. */
async function read(t: ExecutionContext, kubeconfig: string, wanted?: string) {
  const { surrounded, faults } = await readNetwork(client(t, kubeconfig), needs, wanted);
  const { namespaces, ...network } = surrounded.network;
  const ours = [...namespaces].filter(([name]) => ['arctic', 'other'].includes(name));
  return { surrounded, faults, network: { ...network, namespaces: new Map(ours.toSorted()) } };
}

test('a cluster and the files that it was made of are the same network', async t => {
  await furnished(t);
  const live = await read(t, controlPlane().kubeconfig);
  t.deepEqual(live.faults, []);
  const files = await readText(documents(all));
  t.deepEqual(files.faults, []);
  // What the API server fills in, a file may leave out.
  const filled = JSON.parse(JSON.stringify(live.network), (key, value) =>
    (key === 'protocol' && value === 'TCP') || key === 'status' ? undefined : value,
  );
  const written = JSON.parse(JSON.stringify(files.network), (key, value) =>
    (key === 'protocol' && value === 'TCP') || key === 'status' ? undefined : value,
  );
  t.deepEqual(
    { ...filled, caveats: live.network.caveats.toSorted(byWhy) },
    { ...written, caveats: files.network.caveats.toSorted(byWhy) },
  );
  t.deepEqual(live.network.namespaces, files.network.namespaces as never);
  t.is(live.network.caveats.length, 3);
  t.like(live.surrounded.pod('arctic', 'x-0')?.object, { spec: { containers: [{ image: 'i' }] } });
  t.truthy(live.surrounded.service('other', 'x'));
});

const byWhy = (a: { why: string }, b: { why: string }) => (a.why < b.why ? -1 : 1);

test('who may read nothing hears so in one sentence, and all is uncertain', async t => {
  await furnished(t);
  const { network, faults } = await read(t, await controlPlane().userKubeconfig('nobody'));
  t.is(faults.length, 1, JSON.stringify(faults));
  t.regex(
    faults[0]?.message ?? '',
    /^no permission to list \S+ as "nobody": .* is needed; the same for .*pods/,
  );
  t.deepEqual(network.policies, []);
  t.true(
    network.caveats.some(
      ({ why, effect, namespace }) => /^networkpolicies/.test(why) && effect === 'any' && !namespace,
    ),
  );
});

test('who may view one namespace sees what decides there', async t => {
  await furnished(t);
  await kubectl(t, ['create', 'rolebinding', 'ann', '--clusterrole=view', '--user=ann', '-n', 'arctic']);
  t.true(await isAllowed(controlPlane().kubectl, 'list', 'pods', '-n', 'arctic', '--as', 'ann'));
  const { network, faults } = await read(t, await controlPlane().userKubeconfig('ann'), 'arctic');
  t.is(faults.length, 1, JSON.stringify(faults));
  t.deepEqual(
    network.policies.map(({ metadata }) => metadata.namespace),
    ['arctic'],
  );
  t.deepEqual(
    network.pods.map(({ metadata }) => metadata.namespace),
    ['arctic'],
  );
  t.deepEqual([...network.namespaces.keys()], ['arctic']);
  // view says nothing of kinds of others, nor of the plugins of other namespaces.
  t.deepEqual(network.caveats.map(({ why }) => why).toSorted(), [
    'adminnetworkpolicies could not be read',
    'ciliumnetworkpolicies could not be read',
    'daemonsets could not be read',
  ]);
});
