import type { RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import type { Caveat } from '../../../core/network/network.ts';
import { lookForCaveats } from '../../../operator/posture/caveats.ts';
import { followCaveats } from '../../../operator/posture/follow-caveats.ts';
import { client, fakeServer, json, kubeconfig } from '../../cluster/fakes.ts';

const served: Record<string, Record<string, string[]>> = {
  'policy.networking.k8s.io': {
    v1alpha1: ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'],
    v1alpha2: ['ClusterNetworkPolicy'],
  },
  'cilium.io': { v2: ['CiliumNetworkPolicy', 'CiliumEndpoint'] },
  apps: { v1: ['DaemonSet'] },
};
const plural = (kind: string) => kind.toLowerCase().replace(/y$/, 'ie').concat('s');
const named = (...names: string[]) => ({
  metadata: {},
  items: names.map(name => {
    const [namespace, own] = name.split('/');
    return { metadata: own === undefined ? { name } : { namespace, name: own } };
  }),
});

/** An API server that serves these kinds, and has what is listed by plural; a number is the status of a refusal. */
function apiServer(lists: Readonly<Record<string, object | number>>): RequestListener {
  return (request, response) => {
    const [, , group = '', version = '', name = ''] = (request.url ?? '').split('?')[0]!.split('/');
    const versions = Object.keys(served[group] ?? {}).map(version => ({ version }));
    const groups = Object.entries(served).map(([name, versions]) => ({
      ...{ name, versions: Object.keys(versions).map(version => ({ version })) },
    }));
    const resources = served[group]?.[version]?.map(kind => ({ name: plural(kind), kind }));
    const list = lists[name] ?? named();
    const status = typeof list === 'number' ? list : 200;
    const kind = name === 'daemonsets' ? 'DaemonSetList' : 'PartialObjectMetadataList';
    const answer =
      group === '' ? { kind: 'APIGroupList', groups } : { kind: 'APIResourceList', resources, versions };
    const refusal = { kind: 'Status', status: 'Failure', code: status, reason: 'Forbidden', message: '' };
    json(name === '' ? answer : status === 200 ? { kind, ...(list as object) } : refusal, status)(
      request,
      response,
    );
  };
}

const flannel = {
  items: [
    {
      metadata: { name: 'kube-flannel-ds' },
      spec: { template: { spec: { containers: [{ image: 'flannel' }] } } },
    },
  ],
};

const rows: [title: string, lists: Record<string, object | number>, caveats: Caveat[]][] = [
  ['nothing else decides', {}, []],
  [
    'a kind of the whole cluster',
    { adminnetworkpolicies: named('deny') },
    [{ why: 'AdminNetworkPolicy deny outranks NetworkPolicies', effect: 'any' }],
  ],
  [
    'a kind of another version of the group',
    { clusternetworkpolicies: named('deny') },
    [{ why: 'ClusterNetworkPolicy deny outranks NetworkPolicies', effect: 'any' }],
  ],
  [
    'a kind of namespaces, where it is',
    { ciliumnetworkpolicies: named('arctic/a', 'other/b') },
    [
      {
        ...{ why: 'CiliumNetworkPolicy arctic/a decides beside NetworkPolicies', effect: 'any' },
        namespace: 'arctic',
      },
      {
        why: 'CiliumNetworkPolicy other/b decides beside NetworkPolicies',
        effect: 'any',
        namespace: 'other',
      },
    ],
  ],
  [
    'a kind that may not be listed',
    { adminnetworkpolicies: 403 },
    [
      {
        why: 'AdminNetworkPolicy may decide, but the operator may not list adminnetworkpolicies.policy.networking.k8s.io',
        effect: 'any',
      },
    ],
  ],
  ['a kind that has gone meanwhile', { adminnetworkpolicies: 404 }, []],
  [
    'a plugin that does not enforce',
    { daemonsets: flannel },
    [{ why: 'flannel does not enforce NetworkPolicies', effect: 'opens' }],
  ],
  [
    'plugins that may not be listed',
    { daemonsets: 403 },
    [
      {
        why: 'whether NetworkPolicies are enforced is not known: the operator may not list daemonsets.apps',
        effect: 'opens',
      },
    ],
  ],
];

async function looked(t: ExecutionContext, lists: Record<string, object | number>) {
  const server = await fakeServer(t, apiServer(lists));
  const looked = await lookForCaveats(client(t, kubeconfig(t, { server: server.url })));
  return { ...looked, asked: server.seen.map(({ url }) => url.split('/').at(-1)) };
}
for (const [title, lists, caveats] of rows) {
  test(`${title}: ${caveats.length} caveats`, async t =>
    t.deepEqual((await looked(t, lists)).caveats, caveats));
}

test('of a kind of the whole cluster one is asked for, and of others the metadata alone', async t => {
  const { asked } = await looked(t, {});
  t.true(asked.includes('adminnetworkpolicies?limit=1'), `${asked}`);
  t.false(asked.some(each => each?.startsWith('ciliumendpoints')));
});

test('a server that fails leaves what was found before; what was not seen is looked for sooner', async t => {
  const over = new AbortController();
  const caveat = { why: 'a', effect: 'any' } as const;
  const answers = [{ caveats: [caveat], isPart: true }, new Error('away'), { caveats: [], isPart: false }];
  const heard: unknown[] = [];
  const waits: number[] = [];
  await followCaveats(
    async () => {
      const answer = answers.shift()!;
      if (answers.length === 0) over.abort();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    {
      signal: over.signal,
      wait: async milliseconds => waits.push(milliseconds),
      found: caveats => heard.push(caveats.length),
      failed: error => heard.push((error as Error).message),
    },
  );
  t.deepEqual(heard, [1, 'away', 0]);
  t.deepEqual(waits, [10_000, 10_000, 300_000]);
});
