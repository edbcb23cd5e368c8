import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { canonicalQuantity } from '../../core/quantity.ts';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import { unbuildableFields } from '../../core/resources/unbuildable.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { parseFlags } from '../../operator/flags.ts';
import { amounts } from '../core/amounts.ts';
import { arbitraryNode } from '../core/resources/arbitrary-node.ts';
import { goldenNamespace, goldenNodes, objectsOf } from '../core/resources/golden.ts';
import { node, settings, tls, validator } from '../core/resources/nodes.ts';
import { temporaryDirectory } from '../directory.ts';
import { directory, type Manifest } from '../operator/manifests.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test: inOrder, controlPlane, kubectl } = withControlPlane(test.serial);
const account = ['sei-k8s-controller-system', 'sei-k8s-controller-manager'] as const;
const apply = [
  'apply',
  '--server-side',
  '--field-manager=seinode-operator',
  '--validate=strict',
  '-o',
  'json',
  '-f',
  '-',
];
const dryRun = [...apply, '--dry-run=server'];

inOrder('with the component for shards there are three replicas, the flag, and the Role', async t => {
  const overlay = temporaryDirectory('overlay');
  const base = relative(overlay, directory);
  writeFileSync(
    join(overlay, 'kustomization.yaml'),
    JSON.stringify({ resources: [base], components: [join(base, 'sharding')] }),
  );
  const made = loadAll(await kubectl(t, ['kustomize', overlay])) as Manifest[];
  const { spec } = made.find(({ kind }) => kind === 'Deployment')!;
  t.is(spec.replicas, 3);
  const { args } = spec.template.spec.containers[0];
  t.like(parseFlags(args), { leaderElect: true, shards: 12 });
  t.true(made.some(({ kind, metadata }) => kind === 'Role' && metadata.name === 'sei-k8s-controller-shards'));
});

inOrder('the manifests are applied, and the operator is let in by its budget of privileges', async t => {
  const made = await kubectl(t, ['kustomize', directory]);
  await kubectl(t, ['apply', '--server-side', '--force-conflicts', '--validate=strict', '-f', '-'], {
    input: made,
  });
  // No operator runs here that could answer it.
  await kubectl(t, ['delete', 'validatingwebhookconfiguration', 'sei-k8s-controller']);
  const selector = ['-l', 'control-plane=controller-manager', '-n', account[0]];
  await kubectl(t, [
    'wait',
    '--for=jsonpath={.status.replicas}=2',
    'deployment',
    ...selector,
    '--timeout=180s',
  ]);
  const pods = JSON.parse(await kubectl(t, ['get', 'pods', ...selector, '-o', 'json']));
  t.is(pods.items.length, 2);
});

/** The API server's answer to an apply as the operator: one object for one asked. */
async function asOperator(
  t: ExecutionContext,
  args: readonly string[],
  objects: readonly object[],
): Promise<unknown[]> {
  const kubeconfig = await controlPlane().serviceAccountKubeconfig(...account);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const answer = JSON.parse(await kubectl(t, args, { kubeconfig, input }));
  return answer.kind === 'List' ? answer.items : [answer];
}

inOrder('a namespace for nodes has a ServiceAccount for their pods, and the strictest standard', async t => {
  await makeStrict(t, goldenNamespace);
  const lax = { ...statefulSet(node(), settings).spec.template.spec, hostNetwork: true };
  const { code, stderr } = await controlPlane().kubectl(dryRun, {
    input: JSON.stringify(podOf(node(), lax)),
  });
  t.is(code, 1);
  t.regex(stderr, /violates PodSecurity "restricted:latest": host namespaces \(hostNetwork=true\)/);
});

const longest = ['the longest name', node(tls, 'a'.repeat(52))] as const;
for (const [name, node] of [...goldenNodes, longest]) {
  inOrder(`what is made of ${name} is accepted as it is`, async t => {
    const objects = objectsOf(node);
    const answers = await asOperator(t, dryRun, objects);
    t.deepEqual(
      answers.map((answer, at) => common(objects[at], answer)),
      objects,
    );
  });

  inOrder(`so is the pod of ${name}, under the strictest standard`, async t => {
    // Admission adds the token's volume and tolerations to it; that it lets the pod in is what is asked.
    const answer = await kubectl(t, dryRun, { input: JSON.stringify(podOf(node)) });
    t.is(JSON.parse(answer).metadata.name, `${node.metadata.name}-0`);
  });
}

/** The pod that the StatefulSet controller makes of a node's template. */
function podOf(node: SeiNode, spec: object = statefulSet(node, settings).spec.template.spec): object {
  const { name, namespace } = node.metadata;
  const { metadata } = statefulSet(node, settings).spec.template;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: `${name}-0`, namespace }, spec };
}

/** A namespace where the nodes' pods can be made, and none that asks for more than `restricted` allows. */
async function makeStrict(t: ExecutionContext, name: string): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await create(t, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  const metadata = { name: settings.SEI_SERVICE_ACCOUNT, namespace: name };
  await create(t, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
}

inOrder('so is what is made of any node that a pod can be made of', async t => {
  const made = fc
    .sample(arbitraryNode, { seed: 268, numRuns: 400 })
    .map((node, at) =>
      inDefault({ ...node, metadata: { ...node.metadata, name: `n${at}-${node.metadata.name}` } }),
    )
    .filter(node => unbuildableFields(node, settings).length === 0);
  t.true(made.length > 50, `${made.length} nodes`);
  const objects = made.flatMap(objectsOf);
  const answers = await asOperator(t, dryRun, objects);
  t.deepEqual(
    answers.map((answer, at) => common(objects[at], answer)),
    objects,
  );
});

const sidecar = (fields: object) => node({ sidecar: fields });
const passphrase = {
  operatorKeyring: { secret: { secretName: 'k', passphraseSecretRef: { secretName: 'p', key: 'a/b' } } },
};
const unbuildable: readonly (readonly [string, SeiNode])[] = [
  ['a name with a dot', node({}, 'a.b')],
  ['a chain that is no label', node({ chainId: 'a b' })],
  ['a label that is none', node({ podLabels: { 'a/b/c': '' } })],
  ['a port that is none', sidecar({ port: 65_536 })],
  ['a resource of no container', sidecar({ resources: { limits: { storage: '1Gi' } } })],
  ['an amount below zero', sidecar({ resources: { limits: { cpu: '-1' } } })],
  ['a request above its limit', sidecar({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } })],
  ['a key that no Secret has', node({ fullNode: undefined, validator: passphrase })],
];
for (const [what, node] of unbuildable) {
  inOrder(`the API server refuses ${what}, as unbuildableFields says`, async t => {
    t.is(unbuildableFields(node, settings).length, 1);
    const input = JSON.stringify(statefulSet(inDefault(node), settings));
    const { code, stderr } = await controlPlane().kubectl(dryRun, { input });
    t.is(code, 1);
    t.regex(stderr, /is invalid/);
  });
}

inOrder('amounts are written as the API server leaves them', async t => {
  const pods = amounts.map(([amount], at) => podAsking(`amount-${at}`, canonicalQuantity(amount)));
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods });
  const answers: typeof pods = JSON.parse(await kubectl(t, dryRun, { input })).items;
  t.deepEqual(
    answers.map(({ spec }) => spec.containers[0]?.resources.requests.cpu),
    amounts.map(([, written]) => written),
  );
});

inOrder(
  'a node becomes a pod under the strictest standard, and applying it again changes nothing',
  async t => {
    const namespace = 'strict';
    await makeStrict(t, namespace);
    const asked = node({ ...validator, ...tls }, 'n'.repeat(52));
    const { uid: _, ...metadata } = { ...asked.metadata, namespace };
    const stored = JSON.parse(await create(t, { ...asked, metadata })) as SeiNode;
    const objects = objectsOf(stored);
    const first = await asOperator(t, apply, objects);
    await kubectl(t, [
      'wait',
      '--for=create',
      `pod/${stored.metadata.name}-0`,
      '-n',
      namespace,
      '--timeout=180s',
    ]);
    const second = await asOperator(t, apply, objects);
    t.deepEqual(second.map(version), first.map(version));
  },
);

/** Of what the operator has written; controllers add to a StatefulSet and a claim meanwhile. */
function version(object: unknown): unknown {
  const { kind, metadata } = object as {
    kind: string;
    metadata: {
      generation?: number;
      resourceVersion: string;
      managedFields?: { manager: string; time: string }[];
    };
  };
  return kind === 'Service' || kind === 'ConfigMap'
    ? [kind, metadata.resourceVersion]
    : [kind, metadata.generation];
}

const ours = [
  'sei.io/seinodes/status patch',
  'sei.io/seinodes/finalizers update',
  'sei.io/seinodetasks delete',
];
const allowed = [...ours, '/secrets list', '/pods delete', 'apps/statefulsets patch'];
const denied = [
  ...['/secrets create', '/secrets patch', '/secrets delete', 'networking.k8s.io/networkpolicies create'],
  ...[
    'sei.io/seinodes delete',
    'sei.io/seinodes create',
    '/pods create',
    '/pods/exec create',
    '/pods/log get',
  ],
  ...['/serviceaccounts/token create', 'apps/deployments patch', '/persistentvolumes delete', '/nodes list'],
  ...[
    'rbac.authorization.k8s.io/clusterroles escalate',
    '/users impersonate',
    '/services delete',
    '/configmaps delete',
  ],
];
for (const asked of allowed) {
  inOrder(`the operator may ${asked}`, async t => t.true(await may(asked)));
}
for (const asked of denied) {
  inOrder(`the operator may not ${asked}`, async t => t.false(await may(asked)));
}

const lease = 'coordination.k8s.io/leases';
const leases = [
  [`${lease} create`, 'any', account[0], true],
  [`${lease} update`, 'bc1f5b0a.sei.io', account[0], true],
  [`${lease} update`, 'other', account[0], false],
  [`${lease} update`, 'bc1f5b0a.sei.io', 'default', false],
] as const;
for (const [asked, name, namespace, expected] of leases) {
  inOrder(`it ${expected ? 'may' : 'may not'} ${asked}: ${name} in ${namespace}`, async t => {
    t.is(await may(asked, namespace, name), expected);
  });
}

/** Whether RBAC lets the operator do what `GROUP/RESOURCE[/SUBRESOURCE] VERB` says. */
async function may(asked: string, namespace = 'default', name = 'any'): Promise<boolean> {
  const [path = '', verb] = asked.split(' ');
  const [group, resource, subresource] = path.split('/');
  const resourceAttributes = { group, resource, subresource, verb, namespace, name };
  const user = `system:serviceaccount:${account.join(':')}`;
  const groups = ['system:serviceaccounts', 'system:authenticated'];
  const { body } = await controlPlane().call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups, resourceAttributes },
  });
  return (body as { status: { allowed: boolean } }).status.allowed;
}

function podAsking(name: string, amount: string) {
  const requests: Record<string, string> = { cpu: amount };
  const containers = [{ name: 'a', image: 'b', resources: { requests } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { containers } };
}

function create(t: ExecutionContext, object: object): Promise<string> {
  return kubectl(t, ['create', '-o', 'json', '-f', '-'], { input: JSON.stringify(object) });
}

function inDefault(node: SeiNode): SeiNode {
  return { ...node, metadata: { ...node.metadata, namespace: 'default' } };
}

/** Of an answer, what was asked: fields that the API server added are left out, those it changed are seen. */
function common(asked: unknown, answer: unknown): unknown {
  if (Array.isArray(asked) && Array.isArray(answer)) {
    return answer.map((item, at) => (at < asked.length ? common(asked[at], item) : item));
  }
  if (typeof asked !== 'object' || asked === null || typeof answer !== 'object' || answer === null)
    return answer;
  return Object.fromEntries(
    Object.entries(asked)
      .filter(([key]) => key in answer)
      .map(([key, value]) => [key, common(value, (answer as Record<string, unknown>)[key])]),
  );
}
