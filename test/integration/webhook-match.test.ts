import anyTest, { type ExecutionContext } from 'ava';
import { until } from '../control-plane/until.ts';
import { counted, installWebhook, type Replica, replica, system } from './webhook-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

let close = () => {};
const replicas: Replica[] = [];
const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial, async controlPlane => {
  const installed = await installWebhook(controlPlane, () => replicas);
  close = installed.close;
  await furnish(controlPlane.kubectl);
  const one = await replica(controlPlane, 'one');
  replicas.push(one);
  await installed.apply();
  await one.start();
});
anyTest.after.always(() => close());

const manager = `system:serviceaccount:${system}:sei-k8s-controller-manager`;
const collector = 'system:serviceaccount:kube-system:generic-garbage-collector';
const tls = { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' };
/** As the operator's namespace wants its pods. */
const spec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      ...{ name: 'c', image: 'i' },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};

const account = object('v1', 'ServiceAccount', 'default');

/** What is there before anybody asks the webhook. */
const things = [
  object('v1', 'Namespace', 'a'),
  account,
  ...['n0', 'n1'].map(name => node(name)),
  ...['p0', 'p1'].map(name => policy(name)),
  { ...policy('held'), metadata: { name: 'held', finalizers: ['a.b/c'] } },
  ...['tls', 'tls1'].map(name => object('v1', 'Secret', name, { type: 'kubernetes.io/tls', data: tls })),
  object('v1', 'Secret', 'key', { data: { a: 'YQ==' } }),
  object('v1', 'Secret', 'helm', { type: 'helm.sh/release.v1', data: { a: 'YQ==' } }),
  pod('seid', { 'sei.io/node': 'n0' }),
  pod('web', { app: 'web' }),
];

async function furnish(run: ReturnType<typeof controlPlane>['kubectl']): Promise<void> {
  const apply = (namespace: string, items: readonly object[]) =>
    run(['apply', '--server-side', '-n', namespace, '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
  await apply('a', things.slice(0, 1));
  for (const { code, stderr } of [
    await apply('a', things.slice(1)),
    await apply(system, [policy('own'), account]),
  ]) {
    if (code !== 0) throw new Error(stderr);
  }
}

/** What somebody does, and by which webhook it is judged, if any. */
const deeds: readonly [what: string, args: readonly string[], kind?: string | undefined, input?: object][] = [
  ['a node is created', ['create', '-f', '-'], 'SeiNode CREATE', node('n3')],
  ['a node is created as a dry run', ['create', '--dry-run=server', '-f', '-'], 'SeiNode CREATE', node('n4')],
  ['its spec is changed', patch('seinode/n0', { spec: { image: 'sei:v6.4.0' } }), 'SeiNode UPDATE'],
  ['its labels are changed', ['label', 'seinode/n0', 'a=b']],
  ['its annotations are changed', ['annotate', 'seinode/n0', 'a=b']],
  ['its finalizers are changed', patch('seinode/n0', { metadata: { finalizers: ['a.b/c'] } })],
  [
    'its status is changed',
    [...patch('seinode/n0', { status: { phase: 'Pending' } }), '--subresource=status'],
  ],
  ['it is deleted', ['delete', '--wait=false', 'seinode/n0']],
  ['on its way out its spec is changed', patch('seinode/n0', { spec: { image: 'sei:v6.5.0' } })],
  ['its last finalizer comes off', patch('seinode/n0', { metadata: { finalizers: null } })],
  ['the operator changes a spec', [...patch('seinode/n1', { spec: { image: 'b' } }), `--as=${manager}`]],
  ['a policy is created', ['create', '-f', '-'], 'NetworkPolicy CREATE', policy('p3')],
  [
    'a policy is changed',
    patch('networkpolicy/p0', { spec: { podSelector: { matchLabels: { a: 'b' } } } }),
    'NetworkPolicy UPDATE',
  ],
  ['its labels alone are changed', ['label', 'networkpolicy/p0', 'a=b']],
  [
    'with a finalizer it is deleted',
    ['delete', '--wait=false', 'networkpolicy/held'],
    'NetworkPolicy DELETE',
  ],
  [
    'on its way out, which it still holds on, its spec is changed',
    patch('networkpolicy/held', {
      spec: { ingress: [], policyTypes: ['Ingress'], podSelector: { matchLabels: { a: 'b' } } },
    }),
    'NetworkPolicy UPDATE',
  ],
  ['the finalizer comes off', patch('networkpolicy/held', { metadata: { finalizers: null } })],
  ['a policy is deleted', ['delete', 'networkpolicy/p0'], 'NetworkPolicy DELETE'],
  ['a policy is collected', ['delete', 'networkpolicy/p1', `--as=${collector}`]],
  [
    'a policy of the operator’s own namespace is deleted',
    ['delete', '-n', system, 'networkpolicy/own'],
    'NetworkPolicy DELETE',
  ],
  ['a TLS Secret is renewed', patch('secret/tls', { data: { 'tls.crt': 'Yg==' } }), 'Secret UPDATE'],
  ['a TLS Secret is labelled', ['label', 'secret/tls', 'a=b']],
  ['a TLS Secret is deleted', ['delete', 'secret/tls'], 'Secret DELETE'],
  ['a TLS Secret is collected', ['delete', 'secret/tls1', `--as=${collector}`]],
  ['an Opaque Secret is changed', patch('secret/key', { data: { a: 'Yg==' } })],
  ['an Opaque Secret is deleted', ['delete', 'secret/key'], 'Secret DELETE'],
  ['another Secret is deleted', ['delete', 'secret/helm']],
  ['a namespace is created', ['create', 'namespace', 'b']],
  ['a namespace is labelled', ['label', 'namespace/b', 'a=b'], 'Namespace UPDATE'],
  ['a namespace is annotated', ['annotate', 'namespace/b', 'a=b']],
  ['a namespace is deleted', ['delete', '--wait=false', 'namespace/b']],
  ['a node’s pod is labelled', ['label', 'pod/seid', 'a=b'], 'Pod UPDATE'],
  ['a node’s pod is annotated', ['annotate', 'pod/seid', 'a=b']],
  ['it loses the label of its node', ['label', 'pod/seid', 'sei.io/node-'], 'Pod UPDATE'],
  ['a pod of others is labelled', ['label', 'pod/web', 'a=b']],
  [
    'it takes the controller’s name',
    ['label', 'pod/web', 'app.kubernetes.io/name=sei-k8s-controller'],
    'Pod UPDATE',
  ],
  ['a pod of others is created', ['create', '-f', '-'], undefined, pod('web1', {})],
  [
    'a pod with the controller’s name is created',
    ['create', '-f', '-'],
    'Pod CREATE',
    pod('web2', { 'app.kubernetes.io/name': 'sei-k8s-controller' }),
  ],
  [
    'the operator’s own pod is created',
    ['create', '-n', system, '-f', '-'],
    undefined,
    pod('m', { 'app.kubernetes.io/name': 'sei-k8s-controller' }),
  ],
  [
    'the operator’s own pod loses a label',
    ['label', '-n', system, 'pod/m', 'app.kubernetes.io/name-'],
    'Pod UPDATE',
  ],
];

for (const [what, args, kind, input] of deeds) {
  test(`${what}: ${kind ?? 'nobody'} is asked`, async t => {
    const before = await asked();
    await kubectl(t, ['-n', 'a', ...args], input && { input: JSON.stringify(input) });
    t.deepEqual(await since(before, t), kind === undefined ? {} : { [kind]: 1 });
  });
}

/** Answers come in order: once the webhook has told of this one, all before are told of. */
async function since(before: Readonly<Record<string, number>>, t: ExecutionContext) {
  const known = before['SeiNode CREATE'] ?? 0;
  const dryRun = ['create', '-n', 'a', '--dry-run=server', '-f', '-'];
  await kubectl(t, dryRun, { input: JSON.stringify(node('last')) });
  t.true(await until(async () => ((await asked())['SeiNode CREATE'] ?? 0) > known));
  const now: Record<string, number> = await asked();
  now['SeiNode CREATE'] = (now['SeiNode CREATE'] ?? 0) - 1;
  const more = Object.entries(now).map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

async function asked(): Promise<Record<string, number>> {
  const kinds = ['SeiNode', 'NetworkPolicy', 'Secret', 'Namespace', 'Pod'];
  const pairs = kinds.flatMap(kind => ['CREATE', 'UPDATE', 'DELETE'].map(each => [kind, each] as const));
  const counts = pairs.map(async ([kind, operation]) => {
    const start = `seinode_admission_requests_total{kind="${kind}",operation="${operation}"`;
    return [`${kind} ${operation}`, await counted(replicas, start)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

function patch(what: string, change: object): string[] {
  return ['patch', what, '--type=merge', '-p', JSON.stringify(change)];
}

function object(apiVersion: string, kind: string, name: string, more: object = {}) {
  return { apiVersion, kind, metadata: { name }, ...more };
}

function node(name: string) {
  return object('sei.io/v1alpha1', 'SeiNode', name, { spec: { chainId: 'a', image: 'i', fullNode: {} } });
}

function policy(name: string) {
  return object('networking.k8s.io/v1', 'NetworkPolicy', name, { spec: { podSelector: {} } });
}

function pod(name: string, labels: object) {
  return { ...object('v1', 'Pod', name, { spec }), metadata: { name, labels } };
}
