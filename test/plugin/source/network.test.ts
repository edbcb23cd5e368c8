import test from 'ava';
import { nodeYAML, readText } from './manifests.ts';

const policy = (name: string, more = '') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
${more}`;
const object = (apiVersion: string, kind: string, more: object = {}, metadata: object = {}) =>
  `${JSON.stringify({ apiVersion, kind, metadata: { name: 'x', ...metadata }, ...more })}\n`;
const documents = (...texts: string[]) => texts.join('---\n');

/** The caveats as `NAMESPACE EFFECT: why`. */
async function caveatsIn(text: string): Promise<string[]> {
  const { network } = await readText(text);
  return network.caveats.map(({ namespace = '*', effect, why }) => `${namespace} ${effect}: ${why}`);
}

const reads = test.macro({
  async exec(t, text: string, ...caveats: string[]) {
    t.deepEqual(await caveatsIn(text), caveats);
    t.deepEqual((await readText(text)).network.policies, []);
  },
  title: title => `${title} is a caveat`,
});

const outranks = 'any: %s x outranks NetworkPolicies';
for (const [apiVersion, kind, caveat] of [
  ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', `* ${outranks}`],
  ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', `* ${outranks}`],
  [
    'policy.networking.k8s.io/v9',
    'BaselineAdminNetworkPolicy',
    '* any: %s x decides where no NetworkPolicy does',
  ],
  ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy', '* any: %s x decides beside NetworkPolicies'],
  ['cilium.io/v2', 'CiliumNetworkPolicy', 'arctic any: %s arctic/x decides beside NetworkPolicies'],
  ['projectcalico.org/v3', 'GlobalNetworkPolicy', '* any: %s x may outrank NetworkPolicies'],
  ['crd.projectcalico.org/v1', 'GlobalNetworkPolicy', '* any: %s x may outrank NetworkPolicies'],
  [
    'projectcalico.org/v3',
    'NetworkPolicy',
    'arctic any: %s.projectcalico.org arctic/x may outrank NetworkPolicies',
  ],
  [
    'crd.projectcalico.org/v1',
    'NetworkPolicy',
    'arctic any: %s.crd.projectcalico.org arctic/x may outrank NetworkPolicies',
  ],
  [
    'crd.antrea.io/v1beta1',
    'NetworkPolicy',
    'arctic any: %s.crd.antrea.io arctic/x outranks NetworkPolicies',
  ],
  ['crd.antrea.io/v1beta1', 'ClusterNetworkPolicy', '* any: %s x outranks NetworkPolicies'],
] as const) {
  const text = object(apiVersion, kind, {}, { namespace: 'arctic' });
  test(`a ${kind} of ${apiVersion}`, reads, text, caveat.replace('%s', kind));
}

test(
  'a policy of a group that is not known',
  reads,
  object('networking.k8s.oi/v1', 'NetworkPolicy'),
  'default any: NetworkPolicy.networking.k8s.oi default/x is of a kind that is not known',
);
test('a Tier of Calico alone', reads, object('projectcalico.org/v3', 'Tier'));
test(
  'an AdminNetworkPolicy without a name',
  reads,
  'apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n',
  '* any: AdminNetworkPolicy outranks NetworkPolicies',
);

const unread = (where: string, what: string) => `${where} any: NetworkPolicy${what} could not be read`;
test('a policy with a fault', reads, policy('p', 'spec: {ingress: 1}\n'), unread('default', ' default/p'));
test(
  'a policy of another version',
  reads,
  object('networking.k8s.io/v1beta1', 'NetworkPolicy', {}, { namespace: 'arctic' }),
  unread('arctic', ' arctic/x'),
);
test(
  'a policy of extensions/v1beta1',
  reads,
  object('extensions/v1beta1', 'NetworkPolicy'),
  unread('default', ' default/x'),
);
test('a policy of v1', reads, object('v1', 'NetworkPolicy'), unread('default', ' default/x'));
test(
  'a misspelt policy',
  reads,
  object('networking.k8s.io/v1', 'NetworkPolcy'),
  unread('default', ' default/x'),
);
test(
  'an object of networking.k8s.io without a kind',
  reads,
  'apiVersion: networking.k8s.io/v1\nmetadata: {name: a}\n',
  unread('default', ' default/a'),
);
test(
  'a policy whose name is a boolean',
  reads,
  policy('y', '  namespace: arctic\n'),
  unread('arctic', ' in arctic'),
);
test('a policy whose namespace is a boolean', reads, policy('p', '  namespace: n\n'), unread('*', ''));
test(
  'a policy without metadata',
  reads,
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n',
  unread('*', ''),
);
test(
  'a policy with a key twice',
  reads,
  policy('p', '  namespace: arctic\nspec: {}\nspec: {}\n'),
  unread('arctic', ' arctic/p'),
);
test(
  'a policy that is no YAML',
  reads,
  policy('p', '  namespace: arctic\nspec: {\n'),
  unread('arctic', ' arctic/p'),
);
test(
  'a policy that is no YAML and may be of any namespace',
  reads,
  policy('p', 'spec: {\n'),
  unread('*', ''),
);
test(
  'a policy that is no YAML, whose peers speak of a namespace,',
  reads,
  policy('p', 'spec:\n  podSelector:\n    matchLabels:\n      namespace: arctic\n  ingress: {\n'),
  unread('*', ''),
);
test(
  'an item of a List that is no YAML',
  reads,
  `kind: List\napiVersion: v1\nitems:\n- metadata:\n    name: a\n    namespace: b\n  kind: NetworkPolicy\n  spec: {\n- ${nodeYAML('a').trimEnd().replaceAll('\n', '\n  ')}\n`,
  unread('b', ' b/a'),
);
test(
  'an item of a typed list that is no YAML',
  reads,
  'kind: NetworkPolicyList\napiVersion: networking.k8s.io/v1\nitems:\n- metadata:\n    namespace: b\n  spec: {\n',
  unread('b', ' in b'),
);
test(
  'JSON that is cut off',
  reads,
  '{"kind": "NetworkPolicy", "metadata": {"namespace": "a"',
  unread('*', ''),
);
test('a policy on the line of the dashes', reads, '--- {"kind": "NetworkPolicy"}\n', unread('*', ''));
test('a broken document that is no policy', reads, 'kind: Secret\nmetadata: {\n');
test(
  'a broken Namespace',
  reads,
  object('v1', 'Namespace', {}, { labels: { a: true } }),
  '* any: Namespace x could not be read',
);
test('empty standard input', reads, '', '* any: - could not be read');

test('ten thousand policies that cannot be read are one caveat a namespace', async t => {
  const bad = (at: number) => policy(`p${at}`, `  namespace: n${at % 2}\nspec: {policyTypes: [x]}\n`);
  const { network, faults } = await readText(
    documents(...Array.from({ length: 10_000 }, (_, at) => bad(at))),
  );
  t.is(faults.length, 10_000);
  const hidden = { effect: 'any', hidesPolicies: true } as const;
  t.deepEqual(network.caveats, [
    { why: 'NetworkPolicy n0/p0 (and 4999 more) could not be read', namespace: 'n0', ...hidden },
    { why: 'NetworkPolicy n1/p1 (and 4999 more) could not be read', namespace: 'n1', ...hidden },
  ]);
});

const daemonSet = (name: string, ...containers: object[]) =>
  object('apps/v1', 'DaemonSet', { spec: { template: { spec: { containers } } } }, { name });
const flannel = daemonSet('kube-flannel-ds', { image: 'ghcr.io/flannel-io/flannel:v0.28' });
const aws = (...args: string[]) =>
  daemonSet('aws-node', { image: 'cni' }, { name: 'aws-eks-nodeagent', args });
const awsCaveat = '* opens: aws-node runs without its enforcement of NetworkPolicies';

test('flannel alone', reads, flannel, '* opens: flannel does not enforce NetworkPolicies');
test('aws-node with its enforcement off', reads, aws('--enable-network-policy=false'), awsCaveat);
test('aws-node without the agent', reads, daemonSet('aws-node', { image: 'cni' }), awsCaveat);
test('no', reads, aws('--enable-ipv6=false', '--enable-network-policy=true'));
test('flannel beside kube-router no', reads, documents(flannel, daemonSet('kube-router')));
test('aws-node beside Calico no', reads, documents(aws(), daemonSet('calico-node')));
test('a DaemonSet of no shape no', reads, object('apps/v1', 'DaemonSet', { spec: 1 }));

test('policies are sorted, and each field of one has a line', async t => {
  const text = documents(
    policy('b', 'spec:\n  ingress:\n  - from:\n    - podSelector: {}\n    - namespaceSelector: {}\n'),
    policy('a', '  namespace: arctic\n'),
  );
  const { network, policies, ignored } = await readText(text);
  t.deepEqual(
    network.policies.map(({ metadata }) => metadata),
    [
      { name: 'a', namespace: 'arctic' },
      { name: 'b', namespace: 'default' },
    ],
  );
  t.deepEqual(
    policies.map(({ object }) => object),
    network.policies,
  );
  t.is(policies[1]?.lineOf('spec.ingress[0].from[1]'), 9);
  t.deepEqual(policies[1]?.place, { file: '-', line: 1 });
  t.deepEqual(ignored, []);
});

test('the later of two policies counts, and both are named', async t => {
  const { network, faults } = await readText(
    documents(policy('a'), policy('a', 'spec: {policyTypes: [Egress]}\n')),
  );
  t.regex(faults[0]?.message ?? '', /^NetworkPolicy default\/a is already at -:1; the later one counts/);
  t.deepEqual(
    network.policies.map(({ spec }) => spec),
    [{ policyTypes: ['Egress'] }],
  );
});

test('a namespace has the label with its name, whatever its manifest says; one without a manifest is not known', async t => {
  const wrong = { 'kubernetes.io/metadata.name': 'other', tier: 'gold', empty: '' };
  const { network } = await readText(
    documents(
      object('v1', 'Namespace', {}, { name: 'a', labels: wrong }),
      object('v1', 'Namespace', {}, { name: 'b' }),
      object('v1', 'Pod', {}, { namespace: 'c' }),
    ),
  );
  t.deepEqual(
    [...network.namespaces],
    [
      ['a', { 'kubernetes.io/metadata.name': 'a', tier: 'gold', empty: '' }],
      ['b', { 'kubernetes.io/metadata.name': 'b' }],
    ],
  );
});

test('of a pod the network has what decides, and the look-up has all; what has ended has no network', async t => {
  const container = { name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 80, hostPort: 81 }] };
  const native = { name: 'n', restartPolicy: 'Always', ports: [{ containerPort: 53, protocol: 'UDP' }] };
  const spec = { hostNetwork: true, nodeName: 'm', containers: [container], initContainers: [native] };
  const status = { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }], hostIP: '10.9.9.9' };
  const pod = (name: string, more: object) => object('v1', 'Pod', more, { name, labels: { a: 'b', c: '' } });
  const { network, ...fleet } = await readText(
    documents(
      pod('b', {}),
      pod('a', { spec, status }),
      pod('done', { status: { phase: 'Succeeded' } }),
      pod('failed', { status: { phase: 'Failed' } }),
    ),
  );
  const labels = { a: 'b', c: '' };
  const bare = { containers: [], initContainers: [] };
  t.deepEqual<unknown, unknown>(network.pods, [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'default', labels },
      spec: {
        hostNetwork: true,
        nodeName: 'm',
        containers: [{ ports: [{ name: 'http', containerPort: 80 }] }],
        initContainers: [{ restartPolicy: 'Always', ports: [{ containerPort: 53, protocol: 'UDP' }] }],
      },
      status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'b', namespace: 'default', labels },
      spec: bare,
      status: {},
    },
  ]);
  t.like(fleet.pod('default', 'a')?.object, { spec });
  t.is(fleet.pod('default', 'done')?.place?.line, 5);
  t.is(fleet.pod('default', 'other'), undefined);
});

for (const [title, more, field] of [
  ['a label that is null', { metadata: { name: 'x', labels: { a: null } } }, 'metadata.labels.a'],
  [
    'ports as text',
    { spec: { containers: [{ ports: [{ containerPort: '80' }] }] } },
    'spec.containers[0].ports[0].containerPort',
  ],
  [
    'a port without a number',
    { spec: { initContainers: [{ ports: [{}] }] } },
    'spec.initContainers[0].ports[0].containerPort',
  ],
  ['hostNetwork as text', { spec: { hostNetwork: 'yes' } }, 'spec.hostNetwork'],
  ['an address that is none', { status: { podIPs: [{ ip: '10.0.0' }] } }, 'status.podIPs[0].ip'],
] as const) {
  test(`a pod with ${title} is a fault, and no pod`, async t => {
    const { faults, network } = await readText(object('v1', 'Pod', more));
    t.deepEqual(
      faults.map(fault => fault.field),
      [field],
    );
    t.deepEqual(network.pods, []);
  });
}

test('StatefulSets and Services are found with their lines; one with a fault is not', async t => {
  const text = documents(
    'apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: x\nspec:\n  template:\n    spec: {}\n',
    object('v1', 'Service', { spec: { ports: [] } }, { namespace: 'arctic' }),
    object('v1', 'Service', { spec: 1 }, { namespace: 'other' }),
  );
  const { statefulSet, service, faults } = await readText(text);
  t.is(statefulSet('default', 'x')?.lineOf('spec.template.spec'), 7);
  t.deepEqual(service('arctic', 'x')?.object.metadata, { name: 'x', namespace: 'arctic' });
  t.is(service('other', 'x'), undefined);
  t.deepEqual(
    faults.map(({ field }) => field),
    ['spec'],
  );
});
