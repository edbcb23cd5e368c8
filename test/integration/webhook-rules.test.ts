import { dump } from 'js-yaml';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { until } from '../control-plane/until.ts';
import { system } from './webhook-bed.ts';
import {
  apply,
  assertRefused,
  certificateFor,
  controllerLabels,
  createIssuer,
  type Issuer,
  merge,
  namespace,
  node,
  opaque,
  parameters,
  pod,
  policy,
  template,
  tlsSecret,
  validator,
  withWebhook,
} from './webhook-fleet.ts';

let issuer: Issuer;
const { test, controlPlane, denied } = withWebhook(async controlPlane => {
  issuer = await createIssuer();
  const document = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyParameters', ...parameters };
  await apply(controlPlane, [
    ...['a', 'b'].map(name => namespace(name)),
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seinode-policy', namespace: system } },
      data: { 'parameters.yaml': dump(document) },
    },
  ]);
  await until(async () => (await accounts(controlPlane)).every(status => status === 200));
  await apply(controlPlane, await fleet());
});

const accounts = ({ call }: ControlPlane) =>
  Promise.all(
    ['a', 'b', 'controllers'].map(
      async name => (await call('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`)).status,
    ),
  );

const tls = (name: string) => ({ sidecar: { tls: { secretName: `${name}-tls` } } });
const from = (peers: readonly object[], port: number) => ({
  podSelector: {},
  ingress: [{ from: peers, ports: [{ port }] }],
});
const anywhere = (labels: object) => ({ namespaceSelector: {}, podSelector: { matchLabels: labels } });

/** What is there before the webhook is: n1 waits for its Secret, so that its pod is ours to make. */
const fleet = async () => [
  template('a'),
  policy('by-namespace', from([{ namespaceSelector: { matchLabels: { team: 'trusted' } } }], 8443)),
  policy('by-pod', from([anywhere(controllerLabels)], 8443)),
  tlsSecret('n0-tls', await certificateFor(issuer, 'n0')),
  ...['v0-key', 'other-key'].map(opaque),
  node('n0', tls('n0')),
  node('n1', tls('n1')),
  validator('v0', 'v0-key', 'v0-node'),
  node('i0', { dataVolume: { import: { pvcName: 'old' } } }),
  pod('n1-0', 'a', { 'sei.io/node': 'n1', 'sei.io/role': 'node', 'sei.io/chain': 'arctic-1' }),
  pod('operator', 'controllers', controllerLabels),
  pod('web', 'b', {}),
];

/** The arguments of kubectl, and what it reads. */
type Deed = () => Promise<readonly [args: readonly string[], input?: object]>;
const create =
  (object: object): Deed =>
  async () => [['create', '-f', '-'], object];
const change =
  (what: string, patch: object): Deed =>
  async () => [merge(what, patch)];
const remove =
  (what: string): Deed =>
  async () => [['delete', '-n', 'a', what]];
const certificate =
  (...asked: [validity?: object, names?: string[]]): Deed =>
  async () => [merge('secret/n0-tls', { data: await certificateFor(issuer, 'n0', ...asked) })];
const past = { notBefore: new Date('2026-01-01'), notAfter: new Date('2026-02-01') };
const future = { notBefore: new Date('2046-01-01'), notAfter: new Date('2046-02-01') };
const label =
  (what: string, labels: string, space = 'a'): Deed =>
  async () => [['label', '--overwrite', '-n', space, what, ...labels.split(' ')]];
const { ingress: [tasks, ...rest] = [] } = template('a').spec!;

/** What is refused: by which rule, of which webhook and node, and what is said of it. */
const refused: readonly [
  what: string,
  deed: Deed,
  webhook: string,
  rule: string,
  node: string,
  said: RegExp,
][] = [
  [
    'spec.sidecar.tls is changed',
    change('seinode/n0', { spec: { sidecar: { tls: { secretName: 'x' } } } }),
    'seinodes',
    'tls-immutable',
    'a/n0',
    /immutable/,
  ],
  [
    'it is removed',
    change('seinode/n0', { spec: { sidecar: null } }),
    'seinodes',
    'tls-immutable',
    'a/n0',
    /removed/,
  ],
  ['it is added', change('seinode/i0', { spec: tls('i0') }), 'seinodes', 'tls-immutable', 'a/i0', /added/],
  [
    'a node of two modes',
    create(node('m2', { archive: {} })),
    'seinodes',
    'node-mode',
    'a/m2',
    /fullNode and archive/,
  ],
  [
    'a node of none',
    create(node('m0', { fullNode: undefined })),
    'seinodes',
    'node-mode',
    'a/m0',
    /not none/,
  ],
  [
    'a replayer without peers',
    create(node('r0', { fullNode: undefined, replayer: { snapshot: { s3: { targetHeight: 1 } } } })),
    'seinodes',
    'node-mode',
    'a/r0',
    /spec\.peers is required/,
  ],
  [
    'a second node with a signing key',
    create(validator('v1', 'v0-key', 'v1-node')),
    'seinodes',
    'node-references',
    'a/v1',
    /SeiNode v0 .*v0-key too/,
  ],
  [
    'a second node with a claim',
    create(node('i1', { dataVolume: { import: { pvcName: 'old' } } })),
    'seinodes',
    'node-references',
    'a/i1',
    /SeiNode i0 .*old too/,
  ],
  [
    'another node’s own claim',
    create(node('i2', { dataVolume: { import: { pvcName: 'data-n0' } } })),
    'seinodes',
    'node-references',
    'a/i2',
    /data-n0/,
  ],
  [
    'a signing key is deleted',
    remove('secret/v0-key'),
    'secrets',
    'node-references',
    'a/v0',
    /Secret v0-key is deleted/,
  ],
  [
    'podLabels that break the contract',
    create(node('l0', { podLabels: { 'sei.io/node': 'n0' } })),
    'seinodes',
    'label-contract',
    'a/l0',
    /spec\.podLabels sets sei\.io\/node/,
  ],
  ['a certificate is deleted', remove('secret/n0-tls'), 'secrets', 'tls-secret', 'a/n0', /n0-tls/],
  [
    'a certificate is garbage',
    change('secret/n0-tls', { data: { 'tls.crt': 'YQ==' } }),
    'secrets',
    'tls-secret',
    'a/n0',
    /PEM/,
  ],
  ['a certificate of the past', certificate(past), 'secrets', 'tls-secret', 'a/n0', /expired/],
  ['a certificate of the future', certificate(future), 'secrets', 'tls-secret', 'a/n0', /not valid/],
  [
    'a certificate with a name less',
    certificate({}, ['n0.a.svc.cluster.local']),
    'secrets',
    'tls-sans',
    'a/n0',
    /n0-0\.n0\.a/,
  ],
  [
    'a policy opens the tasks port',
    create(policy('open', from([{ namespaceSelector: {} }], 8443))),
    'networkpolicies',
    'netpol-tasks-port',
    'a/[a-z]\\d',
    /8443/,
  ],
  [
    'one is edited to',
    change('networkpolicy/seinodes', { spec: { ingress: [{}] } }),
    'networkpolicies',
    'netpol-tasks-port',
    'a/[a-z]\\d',
    /8443/,
  ],
  [
    'to a block of addresses',
    create(policy('open', from([{ ipBlock: { cidr: '10.0.0.0/8' } }], 8443))),
    'networkpolicies',
    'netpol-tasks-port',
    'a/[a-z]\\d',
    /such as 10\.\d+\.\d+\.\d+\./,
  ],
  [
    'a policy opens the public port',
    create(policy('open', from([{ podSelector: {} }], 9100))),
    'networkpolicies',
    'netpol-public-port',
    'a/[a-z]\\d',
    /9100/,
  ],
  [
    'a policy shuts the controller out',
    change('networkpolicy/seinodes', { spec: { ingress: rest } }),
    'networkpolicies',
    'netpol-blocked',
    'a/[a-z]\\d',
    /controller/,
  ],
  [
    'a policy holds it back',
    create(policy('stay', { podSelector: {}, policyTypes: ['Egress'] }, 'controllers')),
    'networkpolicies',
    'netpol-blocked',
    'a/[a-z]\\d',
    /controller/,
  ],
  [
    'a namespace takes a label that lets in',
    label('namespace/b', 'team=trusted'),
    'namespaces',
    'netpol-tasks-port',
    'a/[a-z]\\d',
    /8443/,
  ],
  [
    'a node’s pod leaves its labels',
    label('pod/n1-0', 'sei.io/node=n9'),
    'pods',
    'label-contract',
    'a/n1',
    /sei\.io\/node/,
  ],
  [
    'the controller’s pod leaves its labels',
    label('pod/operator', 'control-plane=x', 'controllers'),
    'pods',
    'netpol-blocked',
    'a/[a-z]\\d',
    /can no longer connect to 8443/,
  ],
  [
    'a pod elsewhere is given them',
    label('pod/web', 'control-plane=controller-manager app.kubernetes.io/name=sei-k8s-controller', 'b'),
    'pods',
    'netpol-tasks-port',
    'a/[a-z]\\d',
    /pod b\/web can connect to 8443/,
  ],
  [
    'a pod elsewhere is made with them',
    create(pod('web2', 'b', controllerLabels)),
    'pods',
    'netpol-tasks-port',
    'a/[a-z]\\d',
    /pod b\/web2 can connect to 8443/,
  ],
];

for (const [what, deed, webhook, rule, name, said] of refused) {
  test(`${rule}: ${what}: refused`, async t => {
    const { code, stderr } = await done(deed);
    t.is(code, 1, stderr);
    assertRefused(t, stderr, webhook, rule, name);
    t.regex(stderr, said);
  });
}

test('refusals are counted by rule', async t => {
  const rules = [...new Set(refused.map(([, , , rule]) => rule))];
  for (const rule of rules) {
    t.true(
      await until(async () => (await denied(rule)) >= refused.filter(([, , , each]) => each === rule).length),
      rule,
    );
  }
});

test('a policy that isolates is not deleted, and without one nothing is guarded', async t => {
  const { code, stderr } = await done(remove('networkpolicy/seinodes'));
  t.is(code, 1);
  assertRefused(t, stderr, 'networkpolicies', 'netpol-blocked', 'a/[a-z]\\d');
});

/** What goes through: without a word, or with a warning. */
const allowed: readonly [what: string, deed: Deed, warning?: RegExp][] = [
  ['another image', change('seinode/n0', { spec: { image: 'sei:v2' } })],
  ['a node of one mode', create(node('m1'))],
  [
    'a replayer with peers',
    create(
      node('r1', {
        fullNode: undefined,
        replayer: { snapshot: { s3: { targetHeight: 1 } } },
        peers: [{ static: { addresses: ['x@y:26656'] } }],
      }),
    ),
  ],
  ['a node that is its own', create(validator('v1', 'v1-key', 'v1-node'))],
  [
    'a node key that another has',
    create(validator('v2', 'v2-key', 'v0-node')),
    /Warning: node-references: SeiNode a\/v2: SeiNode v0 .*v0-node too .*node-references\.md\)/,
  ],
  [
    'a node whose Secret comes later',
    create(node('n2', tls('n2'))),
    /Warning: tls-secret: SeiNode a\/n2: .*n2-tls.*tls-secret\.md\)/,
  ],
  ['podLabels of others', create(node('l1', { podLabels: { team: 'x' } }))],
  ['a Secret that no node names', remove('secret/other-key')],
  ['a renewed certificate', certificate()],
  [
    'a policy for a port that is not guarded',
    create(policy('p2p', from([{ namespaceSelector: {} }], 26656))),
  ],
  [
    'a policy for other pods',
    create(policy('web', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{}] })),
  ],
  ['what nobody needs is shut', change('networkpolicy/seinodes', { spec: { ingress: [tasks, rest[0]] } })],
  ['it is deleted', remove('networkpolicy/p2p')],
  ['a namespace is labelled as it likes', label('namespace/b', 'team=web')],
  ['a node’s pod is labelled besides', label('pod/n1-0', 'team=x')],
  ['the controller’s pod is labelled besides', label('pod/operator', 'team=x', 'controllers')],
  ['a pod with its labels where it belongs', create(pod('operator2', 'controllers', controllerLabels))],
];

for (const [what, deed, warning] of allowed) {
  test(`${what}: goes through`, async t => {
    const { code, stderr } = await done(deed);
    t.is(code, 0, stderr);
    if (warning === undefined) t.is(stderr, '');
    else t.regex(stderr, warning);
    for (const line of stderr.split('\n')) t.true(line.length <= 'Warning: '.length + 256);
  });
}

async function done(deed: Deed) {
  const [args, input] = await deed();
  return controlPlane().kubectl(args, { input: JSON.stringify(input) ?? '' });
}
