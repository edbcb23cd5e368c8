import type { RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { readNetwork } from '../../../plugin/source/cluster-network.ts';
import { client, type Fake, fakeServer, json, kubeconfig } from '../../cluster/fakes.ts';

type Answers = Readonly<Record<string, RequestListener>>;

const list = (kind: string, ...items: object[]) => json({ kind: `${kind}List`, metadata: {}, items });
const named = (name: string, namespace?: string, more: object = {}) => ({
  metadata: { name, namespace, ...more },
});
const forbidden: RequestListener = (request, response) => {
  const message = `x is forbidden: User "bob" cannot list resource "x" ${request.url}`;
  json({ kind: 'Status', apiVersion: 'v1', reason: 'Forbidden', message, code: 403 }, 403)(request, response);
};
const groups = (...served: [group: string, ...versions: string[]][]) =>
  json({
    kind: 'APIGroupList',
    groups: served.map(([name, ...versions]) => ({
      name,
      versions: versions.map(version => ({ groupVersion: `${name}/${version}`, version })),
    })),
  });
const kinds = (...resources: [name: string, kind: string][]) =>
  json({ kind: 'APIResourceList', resources: resources.map(([name, kind]) => ({ name, kind })) });

const policies = '/apis/networking.k8s.io/v1/networkpolicies';
const everything: Answers = {
  '/apis': groups(['apps', 'v1']),
  [policies]: list('NetworkPolicy', named('a', 'arctic')),
  '/api/v1/namespaces': list('Namespace', named('arctic', undefined, { labels: { a: 'b' } })),
  '/api/v1/pods': list('Pod', named('n0-0', 'arctic'), named('curl', 'other')),
  '/apis/apps/v1/daemonsets': list('DaemonSet'),
};

/** Reads what decides for the nodes of a namespace, from a server that answers by path; what is not there is 404. */
async function read(
  t: ExecutionContext,
  answers: Answers,
  needs: Partial<Parameters<typeof readNetwork>[1]> = {},
) {
  const fake = await fakeServer(t, (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const notFound = json({ kind: 'Status', apiVersion: 'v1', reason: 'NotFound', code: 404 }, 404);
    (answers[path] ?? notFound)(request, response);
  });
  const wanted = { network: 'pods', children: false, ...needs } as const;
  const { surrounded, faults } = await readNetwork(
    client(t, kubeconfig(t, { server: fake.url })),
    wanted,
    'arctic',
  );
  const caveats = surrounded.network.caveats.map(
    ({ namespace = '*', effect, why }) => `${namespace} ${effect}: ${why}`,
  );
  return { ...surrounded, caveats, faults: faults.map(({ message }) => message), asked: pathsOf(fake) };
}

function pathsOf({ seen }: Fake): string[] {
  return seen.map(({ url }) => url.split('?')[0] ?? '').toSorted();
}

test('all that decides is read, in every namespace', async t => {
  const { network, caveats, faults, asked } = await read(t, everything);
  t.deepEqual(faults, []);
  t.deepEqual(caveats, []);
  t.deepEqual(asked, Object.keys(everything).toSorted());
  t.deepEqual(
    network.policies.map(({ metadata }) => metadata),
    [{ name: 'a', namespace: 'arctic' }],
  );
  t.deepEqual(
    network.pods.map(({ metadata }) => metadata.name),
    ['n0-0', 'curl'],
  );
  t.deepEqual([...network.namespaces], [['arctic', { a: 'b', 'kubernetes.io/metadata.name': 'arctic' }]]);
});

test('only what is needed is read', async t => {
  t.deepEqual((await read(t, everything, { network: 'none' })).asked, []);
  const { asked } = await read(t, everything, { network: 'policies' });
  t.deepEqual(
    asked,
    Object.keys(everything)
      .filter(path => !/pods/.test(path))
      .toSorted(),
  );
});

test('pods, StatefulSets and Services of the nodes are read whole, in their namespace', async t => {
  const here = (plural: string) => `/api/v1/namespaces/arctic/${plural}`;
  const sets = '/apis/apps/v1/namespaces/arctic/statefulsets';
  const spec = { containers: [{ image: 'i' }] };
  const answers = {
    [here('pods')]: list('Pod', { ...named('n0-0', 'arctic'), spec }, { ...named('curl', 'arctic'), spec }),
    [here('services')]: list('Service', named('n0', 'arctic')),
    [sets]: list('StatefulSet', named('n0', 'arctic')),
  };
  const { asked, ...found } = await read(t, answers, { network: 'none', children: true });
  t.deepEqual(asked, [here('pods'), here('services'), sets].toSorted());
  t.like(found.pod('arctic', 'n0-0')?.object, { apiVersion: 'v1', kind: 'Pod', spec });
  t.deepEqual<unknown, unknown>(found.pod('arctic', 'curl')?.object, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'curl', namespace: 'arctic', labels: {} },
    spec: { containers: [{}], initContainers: [] },
    status: {},
  });
  t.is(found.statefulSet('arctic', 'n0')?.object.kind, 'StatefulSet');
  t.is(found.service('arctic', 'n0')?.object.kind, 'Service');
});

test('other kinds of policies are found by what is served, of any version, and each is asked for once', async t => {
  const group = '/apis/policy.networking.k8s.io';
  const cilium = '/apis/cilium.io/v2';
  const metadata = (...items: object[]) => list('PartialObjectMetadata', ...items);
  const { caveats, faults, asked } = await read(t, {
    ...everything,
    '/apis': groups(
      ['policy.networking.k8s.io', 'v1alpha2', 'v1alpha1'],
      ['cilium.io', 'v2'],
      ['crd.antrea.io', 'v1'],
    ),
    [`${group}/v1alpha2`]: kinds(
      ['clusternetworkpolicies', 'ClusterNetworkPolicy'],
      ['clusternetworkpolicies/status', 'ClusterNetworkPolicy'],
    ),
    [`${group}/v1alpha1`]: kinds(
      ['adminnetworkpolicies', 'AdminNetworkPolicy'],
      ['clusternetworkpolicies', 'ClusterNetworkPolicy'],
    ),
    [`${group}/v1alpha1/adminnetworkpolicies`]: metadata(named('deny')),
    [`${group}/v1alpha1/clusternetworkpolicies`]: metadata(),
    [cilium]: kinds(['ciliumnetworkpolicies', 'CiliumNetworkPolicy'], ['ciliumendpoints', 'CiliumEndpoint']),
    [`${cilium}/ciliumnetworkpolicies`]: metadata(
      named('l7', 'arctic'),
      named('l7', 'other'),
      named('l8', 'other'),
    ),
  });
  t.deepEqual(faults, []);
  t.deepEqual(caveats.toSorted(), [
    '* any: AdminNetworkPolicy deny outranks NetworkPolicies',
    'arctic any: CiliumNetworkPolicy arctic/l7 decides beside NetworkPolicies',
    'other any: CiliumNetworkPolicy other/l7 (and 1 more) decides beside NetworkPolicies',
  ]);
  t.deepEqual(asked.filter(path => /clusternetworkpolicies/.test(path)).length, 1);
  t.false(asked.some(path => /ciliumendpoints/.test(path)));
});

test('a plugin that does not enforce is seen in its DaemonSet', async t => {
  const container = { image: 'flannel/flannel:v1' };
  const flannel = {
    ...named('kube-flannel-ds', 'kube-flannel'),
    spec: { template: { spec: { containers: [container] } } },
  };
  const { caveats } = await read(t, {
    ...everything,
    '/apis/apps/v1/daemonsets': list('DaemonSet', flannel),
  });
  t.deepEqual(caveats, ['* opens: flannel does not enforce NetworkPolicies']);
});

test('a policy that this version cannot read is a fault and a caveat', async t => {
  const newer = { ...named('a', 'arctic'), spec: { podSelector: {}, action: 'Deny' } };
  const { caveats, faults, network } = await read(t, {
    ...everything,
    [policies]: list('NetworkPolicy', newer),
  });
  t.deepEqual(faults, [
    'NetworkPolicy arctic/a: spec.action is no field of a NetworkPolicy: correct its name or remove it',
  ]);
  t.deepEqual(caveats, ['arctic any: NetworkPolicy arctic/a could not be read']);
  t.deepEqual(network.policies, []);
});

test('a policy that nests without end is a fault and a caveat, and nothing overflows', async t => {
  const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
  const items = `[{"metadata":{"name":"a","namespace":"arctic"},"spec":${deep}}]`;
  const { caveats, faults } = await read(t, {
    ...everything,
    [policies]: (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"kind":"NetworkPolicyList","items":${items}}`);
    },
  });
  t.deepEqual(faults, ['NetworkPolicy arctic/a: nests deeper than 500 levels']);
  t.deepEqual(caveats, ['arctic any: NetworkPolicy arctic/a could not be read']);
});

const permission = (plural: string, group = '') =>
  `no permission to list ${plural}${group && `.${group}`} as "bob": a ClusterRole with the verb list on ${plural}${group && ` (API group ${group})`} is needed`;

for (const [path, fault, ...caveats] of [
  [policies, permission('networkpolicies', 'networking.k8s.io'), '* any: networkpolicies could not be read'],
  ['/api/v1/namespaces', permission('namespaces'), '* any: namespaces could not be read'],
  ['/api/v1/pods', permission('pods'), '* any: pods could not be read'],
  ['/apis/apps/v1/daemonsets', permission('daemonsets', 'apps'), '* opens: daemonsets could not be read'],
] as const) {
  test(`without permission for ${path} one sentence says which, and nothing is certain`, async t => {
    const here = '/api/v1/namespaces/arctic';
    const answers = { [here]: forbidden, [`${here}/pods`]: forbidden, [path]: forbidden };
    const own = path.replace('/networkpolicies', '/namespaces/arctic/networkpolicies');
    const found = await read(t, { ...everything, ...answers, [own]: forbidden, [path]: forbidden });
    t.deepEqual(found.faults, [fault]);
    t.deepEqual(found.caveats, caveats);
  });
}

test('a server that fails is not asked for less', async t => {
  const broken = json({ kind: 'Status', message: 'etcd is away', code: 500 }, 500);
  const { faults, caveats, asked } = await read(t, { ...everything, [policies]: broken });
  t.is(faults.length, 1);
  t.regex(
    faults[0] ?? '',
    /^cannot list networkpolicies\.networking\.k8s\.io: .* answers 500: etcd is away$/,
  );
  t.deepEqual(caveats, ['* any: networkpolicies could not be read']);
  t.false(asked.some(path => path.includes('/namespaces/arctic/')));
});

test('without any permission there is one sentence for all', async t => {
  const all = Object.fromEntries(Object.keys(everything).map(path => [path, forbidden]));
  const { faults, caveats } = await read(t, all);
  const others = 'namespaces, networkpolicies.networking.k8s.io, other kinds of policies, pods';
  t.deepEqual(faults, [
    `no permission to list daemonsets.apps as "bob": a ClusterRole with the verb list on daemonsets (API group apps) is needed; the same for ${others}`,
  ]);
  t.true(caveats.includes('* any: networkpolicies could not be read'));
});

test('for list a missing permission is no fault, and nothing is taken for closed', async t => {
  const all = Object.fromEntries(Object.keys(everything).map(path => [path, forbidden]));
  const { faults, caveats } = await read(t, all, { network: 'policies' });
  t.deepEqual(faults, []);
  t.deepEqual(caveats.toSorted(), [
    '* any: networkpolicies could not be read',
    '* any: other kinds of policies could not be read',
    '* opens: daemonsets could not be read',
  ]);
  const broken = json({ kind: 'Status', message: 'etcd is away', code: 500 }, 500);
  const failed = await read(t, { ...all, [policies]: broken }, { network: 'policies' });
  t.is(failed.faults.length, 1);
});

test('kinds that cannot be asked for are no kinds that are not there', async t => {
  const { faults, caveats } = await read(t, { ...everything, '/apis': forbidden });
  t.is(faults.length, 1);
  t.deepEqual(caveats, ['* any: other kinds of policies could not be read']);
});

test('who may read one namespace only sees what decides there', async t => {
  const own = (path: string) => path.replace(/(networkpolicies|pods)$/, 'namespaces/arctic/$1');
  const { [policies]: itsPolicies, ...rest } = everything;
  const answers = {
    ...rest,
    [policies]: forbidden,
    [own(policies)]: itsPolicies!,
    '/api/v1/pods': forbidden,
    [own('/api/v1/pods')]: list('Pod', named('n0-0', 'arctic')),
    '/api/v1/namespaces': forbidden,
    '/api/v1/namespaces/arctic': json({
      kind: 'Namespace',
      ...named('arctic', undefined, { labels: { a: 'b' } }),
    }),
  };
  const { faults, caveats, network } = await read(t, answers);
  t.is(faults.length, 1, faults.join('\n'));
  t.deepEqual(caveats, []);
  t.is(network.policies.length, 1);
  t.is(network.namespaces.get('arctic')?.a, 'b');

  // Of pods elsewhere nobody knows then where they are let out to, nor the labels of their namespaces.
  const wider = await read(t, { ...answers, '/api/v1/pods': everything['/api/v1/pods']! });
  t.deepEqual(wider.caveats.toSorted(), [
    '* any: namespaces could not be read',
    'other any: networkpolicies in other could not be read',
  ]);
});
