import anyTest, { type ExecutionContext } from 'ava';
import { type Preflight, preflight } from '../../core/toggle/preflight.ts';
import { type Authority, createAuthority, generateKey, type Key } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import { manifest } from '../operator/manifests.ts';
import { PreflightBed, type Right } from './preflight-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

let authority: Authority;
let key: Key;

// Deployments are looked for in all namespaces: one test after the other.
const { test, controlPlane } = withControlPlane(anyTest.serial, async () => {
  [authority, key] = await Promise.all([createAuthority('fleet'), generateKey()]);
});

async function bedIn(namespace: string, spec: object = {}, size?: string): Promise<PreflightBed> {
  const bed = new PreflightBed(controlPlane(), namespace);
  await bed.furnish(spec, size);
  return bed;
}

/** A Secret with a certificate for node n0. */
async function provide(
  bed: PreflightBed,
  names?: string[],
  notAfter = '2027-01-01T00:00:00Z',
): Promise<void> {
  const service = `n0.${bed.namespace}.svc.cluster.local`;
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date(notAfter) };
  const own = names ?? [service, `n0-0.${service}`];
  const pair = await authority.issue({ commonName: 'n0' }, own, [], key, validity);
  await bed.create('/api/v1', 'secrets', {
    ...{ metadata: { name: 'n0-tls' }, type: 'kubernetes.io/tls' },
    stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key },
  });
}

function says(t: ExecutionContext, found: readonly string[], ...said: readonly RegExp[]): void {
  t.is(found.length, said.length, found.join('\n'));
  for (const [at, pattern] of said.entries()) t.regex(found[at] ?? '', pattern);
}

const size = { env: [{ name: 'SEI_STORAGE_SIZE_DEFAULT', value: '2000Gi' }] };

test('without a Deployment of an operator the default size is not known', async t => {
  const bed = await bedIn('nobody');
  await provide(bed);
  const { facts } = await bed.gather();
  t.is(facts.operator, 'unknown');
  says(t, preflight(facts).refusals, /no Deployment of an operator is found; .* --ignore-default-size$/);
  t.deepEqual(preflight((await bed.gather({ ignoreDefaultSize: true })).facts).refusals, []);
});

test('a Deployment without its labels is found by the Lease that its pod holds', async t => {
  const bed = await bedIn('leased');
  await provide(bed);
  await bed.deployment({ ...size, command: ['/manager'] }, {});
  await bed.create('/apis/coordination.k8s.io/v1', 'leases', {
    metadata: { name: 'bc1f5b0a.sei.io' },
    spec: { holderIdentity: 'operator-7b9d-x2x_0b54cf5c' },
  });
  const { facts, requests } = await bed.gather();
  t.is(facts.operator, 'reference');
  t.deepEqual(facts.defaultSize, { ok: true, value: '2000Gi' });
  t.true(requests <= 20, String(requests));
  await bed.call('DELETE', '/apis/apps/v1/namespaces/leased/deployments/operator');
});

test('a Deployment without its labels and its Lease is found by what it is told', async t => {
  const bed = await bedIn('told');
  await provide(bed);
  await bed.deployment({ ...size, command: ['/manager'] }, {});
  const { facts } = await bed.gather();
  t.deepEqual([facts.operator, facts.defaultSize], ['reference', { ok: true, value: '2000Gi' }]);
  await bed.call('DELETE', '/apis/apps/v1/namespaces/told/deployments/operator');
});

test('all is asked under the reference: no refusal, the volume protected, few requests', async t => {
  const bed = await bedIn('reference');
  await provide(bed);
  await bed.deployment({ ...size, command: ['/manager'] });
  const { facts, requests } = await bed.gather();
  t.is(facts.operator, 'reference');
  t.is(requests, 18);
  const { refusals, warnings, outline, already } = preflight(facts);
  t.deepEqual({ refusals, warnings, already }, { refusals: [], warnings: [], already: false });
  says(
    t,
    outline?.steps.slice(0, 3) ?? [],
    /is set to Retain: as Delete/,
    /loses its ownerReference/,
    /imports PersistentVolumeClaim data-n0/,
  );
  const { node, claim, volume, statefulSet, pods } = facts.seen;
  const names = [node, claim, volume, statefulSet].map(object => object?.metadata.name);
  t.deepEqual(names, ['n0', 'data-n0', 'reference', 'n0']);
  t.deepEqual(pods, []);
  t.is((await bed.gather({ to: null })).requests, 17);
});

test('nothing is changed by it', async t => {
  const bed = new PreflightBed(controlPlane(), 'reference');
  const all = async () =>
    JSON.stringify(
      await Promise.all([
        bed.call('GET', '/apis/sei.io/v1alpha1/seinodes'),
        bed.call('GET', '/api/v1/namespaces/reference/configmaps'),
        bed.call('GET', '/api/v1/namespaces/reference/persistentvolumeclaims'),
        bed.call('GET', '/api/v1/persistentvolumes'),
      ]),
      (field, value) => (field === 'resourceVersion' ? undefined : value),
    );
  const before = await all();
  await bed.gather();
  t.is(await all(), before);
});

const rights: readonly Right[] = [
  ['get', 'seinodes', 'sei.io'],
  ['patch', 'seinodes', 'sei.io'],
  ['delete', 'seinodes', 'sei.io'],
  ['create', 'seinodes', 'sei.io'],
  ['get', 'persistentvolumeclaims'],
  ['patch', 'persistentvolumeclaims'],
  ['create', 'configmaps'],
  ['update', 'configmaps'],
  ['get', 'pods/portforward'],
  ['create', 'pods/portforward'],
  ['list', 'pods'],
  ['get', 'statefulsets', 'apps'],
  ['get', 'secrets'],
];
const everywhere: readonly Right[] = [
  ['get', 'persistentvolumes'],
  ['patch', 'persistentvolumes'],
  ['list', 'deployments', 'apps'],
];
const policies: Right = ['list', 'networkpolicies', 'networking.k8s.io'];

/** What is said to a user with all rights but one. */
async function without(missing: Right | undefined, user: string): Promise<Preflight> {
  const bed = new PreflightBed(controlPlane(), 'reference');
  const had = (list: readonly Right[]) => list.filter(right => right !== missing);
  await bed.grant(user, had([...rights, policies]), had(everywhere));
  return preflight((await bed.gather({}, user)).facts);
}

test('whoever has all the rights that are asked for needs no other', async t => {
  const { refusals, warnings } = await without(undefined, 'all');
  t.deepEqual({ refusals, warnings }, { refusals: [], warnings: [] });
});

for (const [at, right] of [...rights, ...everywhere.slice(0, 2)].entries()) {
  const [verb, resource, group] = right;
  const what = `${verb} ${resource.replace(/^[^/]+/, name => (group ? `${name}.${group}` : name))}`;
  test(`without the right to ${what} it is refused`, async t => {
    const { refusals } = await without(right, `user-${at}`);
    const inNamespace = resource === 'persistentvolumes' ? '' : ' in the namespace reference';
    t.true(refusals[0]?.startsWith(`no permission to ${what}${inNamespace}: a `), refusals.join('\n'));
    const isVolume = verb === 'patch' && resource === 'persistentvolumes';
    t.is(refusals.length, isVolume ? 2 : 1, refusals.join('\n'));
  });
}

test('where no handshake is wanted, no pod needs to be reached', async t => {
  const bed = new PreflightBed(controlPlane(), 'reference');
  const all = rights.filter(([, resource]) => resource !== 'pods/portforward');
  await bed.grant('no-verify', [...all, policies], everywhere);
  t.deepEqual(preflight((await bed.gather({ verify: false }, 'no-verify')).facts).refusals, []);
});

test('policies that may not be read are a warning, a Deployment that may not is an unknown size', async t => {
  const network = await without(policies, 'no-policies');
  t.deepEqual(network.refusals, []);
  says(t, network.warnings, /NetworkPolicies in reference cannot be read/);
  const size = await without(everywhere[2], 'no-deployments');
  says(t, size.refusals, /no permission to list deployments\.apps as .*--ignore-default-size$/);
});

test('whoever may do nothing is told of everything at once', async t => {
  const bed = new PreflightBed(controlPlane(), 'reference');
  const { refusals } = preflight((await bed.gather({}, 'nobody')).facts);
  t.is(refusals.length, 1);
  for (const [verb, resource, group] of [...rights, ...everywhere.slice(0, 2)]) {
    const [kind, part] = resource.split('/');
    const what = `${verb} ${kind}${group ? `.${group}` : ''}${part ? `/${part}` : ''}`;
    t.true(refusals[0]?.includes(what), what);
  }
  t.regex(refusals[0] ?? '', /: a Role in reference and a ClusterRole with these verbs/);
});

test('a node that is not there, and one that is as wanted', async t => {
  const bed = new PreflightBed(controlPlane(), 'reference');
  const { facts } = await bed.gather({ name: 'n9' });
  says(t, preflight(facts).refusals, /^SeiNode "n9" not found in namespace reference/);
  const tls = await bedIn('wanted', { sidecar: { tls: { secretName: 'n0-tls' } } });
  t.true(preflight((await tls.gather()).facts).already);
});

test('a name that no label can hold is no hindrance', async t => {
  const bed = new PreflightBed(controlPlane(), 'reference');
  const name = 'n'.repeat(200);
  const spec = { chainId: 'c', image: 'i', fullNode: {} };
  const typed = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name }, spec };
  await bed.create('/apis/sei.io/v1alpha1', 'seinodes', typed);
  await bed.create('/api/v1', 'secrets', { metadata: { name: 'some' } });
  const { facts } = await bed.gather({ name, to: 'some' });
  t.is(facts.dryRun?.kind, 'accepted');
  says(t, preflight(facts).refusals, /Malformed/, /data-n+ does not exist/);
});

type Given = readonly [reason: string, names: string[] | undefined, notAfter: string | undefined];
const certificates: readonly Given[] = [
  ['SANsMismatch', ['n0'], undefined],
  ['Expired', undefined, '2026-04-01T00:00:00Z'],
  ['Ready', undefined, '2026-05-05T12:00:00Z'],
];
for (const [reason, names, notAfter] of certificates) {
  test(`the Secret is judged by the rule of the gate: ${reason}`, async t => {
    const bed = await bedIn(`secret-${reason.toLowerCase()}`);
    await provide(bed, names, notAfter);
    const { facts } = await bed.gather();
    t.is(facts.secret?.verdict.reason, reason as never);
    const { refusals, warnings } = preflight(facts);
    if (reason !== 'Ready') says(t, refusals, new RegExp(`n0-tls is not ready .*\\(${reason}: `));
    else says(t, warnings, /ends in 4d, at 2026-05-05T12:00:00Z/);
  });
}

test('a Secret that is not there, and one of another type', async t => {
  const bed = await bedIn('secrets');
  says(t, preflight((await bed.gather()).facts).refusals, /\(NotFound: /);
  await bed.create('/api/v1', 'secrets', { metadata: { name: 'n0-tls' } });
  says(t, preflight((await bed.gather()).facts).refusals, /\(Malformed: /);
});

test('what the CRD or a policy has against the new node is heard before anything is deleted', async t => {
  const bed = await bedIn('denied');
  await provide(bed);
  const empty = preflight((await bed.gather({ to: '' })).facts).refusals;
  says(
    t,
    empty,
    /NotFound/,
    /\(server dry-run\): .*422: .*spec\.sidecar\.tls\.secretName.* at least 1 chars long/,
  );
  const group = '/apis/admissionregistration.k8s.io/v1';
  const matched = {
    apiGroups: ['sei.io'],
    apiVersions: ['*'],
    operations: ['CREATE'],
    resources: ['seinodes'],
  };
  await bed.call('POST', `${group}/validatingadmissionpolicies`, {
    metadata: { name: 'no-tls' },
    spec: {
      matchConstraints: { resourceRules: [matched] },
      validations: [{ expression: '!has(object.spec.sidecar)', message: 'no sidecars here' }],
    },
  });
  const inNamespace = { matchLabels: { 'kubernetes.io/metadata.name': 'denied' } };
  await bed.call('POST', `${group}/validatingadmissionpolicybindings`, {
    metadata: { name: 'no-tls' },
    spec: {
      ...{ policyName: 'no-tls', validationActions: ['Deny'] },
      matchResources: { namespaceSelector: inNamespace },
    },
  });
  let found: Preflight | undefined;
  await until(async () => {
    found = preflight((await bed.gather()).facts);
    return found.refusals.length > 0;
  });
  says(t, found?.refusals ?? [], /\(server dry-run\): .*no sidecars here/);
});

test('a namespace at its quota is a warning', async t => {
  const bed = await bedIn('full');
  await provide(bed);
  await bed.create('/api/v1', 'resourcequotas', {
    metadata: { name: 'few' },
    spec: { hard: { 'count/seinodes.sei.io': '1' } },
  });
  let found: Preflight | undefined;
  await until(async () => {
    found = preflight((await bed.gather()).facts);
    return found.warnings.length > 0;
  });
  t.deepEqual(found?.refusals, []);
  says(t, found?.warnings ?? [], /cannot be said: .*exceeded quota: few/);
});

test('a policy that lets nobody in to 8443 is a warning', async t => {
  const bed = await bedIn('closed');
  await provide(bed);
  await bed.create('/apis/networking.k8s.io/v1', 'networkpolicies', {
    metadata: { name: 'shut' },
    spec: { podSelector: { matchLabels: { 'sei.io/node': 'n0' } }, policyTypes: ['Ingress'] },
  });
  says(
    t,
    preflight((await bed.gather()).facts).warnings,
    /the controller cannot connect to 8443: NetworkPolicy \S+\/shut isolates/,
  );
});

test('a volume below the default is refused', async t => {
  const bed = await bedIn('small', {}, '1999Gi');
  await provide(bed);
  says(
    t,
    preflight((await bed.gather()).facts).refusals,
    /has 1999Gi, less than the operator's default of 2000Gi/,
  );
});

test('our own manifests are known for ours, and their settings are read', async t => {
  const bed = new PreflightBed(controlPlane(), 'reference');
  await bed.call('DELETE', '/apis/apps/v1/namespaces/reference/deployments/operator');
  await bed.call('POST', '/api/v1/namespaces', manifest('Namespace'));
  const system = '/namespaces/sei-k8s-controller-system';
  await bed.call('POST', `/apis/apps/v1${system}/deployments`, manifest('Deployment'));
  const gathered = await bed.gather();
  t.is(gathered.facts.operator, 'ours');
  says(t, preflight(gathered.facts).refusals, /SEI_STORAGE_SIZE_DEFAULT of Deployment .* is not set/);
  await bed.call('POST', `/api/v1${system}/configmaps`, manifest('ConfigMap', 'sei-k8s-controller-settings'));
  const { facts, requests } = await bed.gather();
  t.deepEqual(preflight(facts).refusals, []);
  t.deepEqual(facts.defaultSize, { ok: true, value: '2000Gi' });
  t.is(requests, 19);
  const usual = new PreflightBed(controlPlane(), 'sei-k8s-controller-system');
  await bed.grant('here', [...rights, policies], everywhere.slice(0, 2));
  await usual.grant(
    'here',
    [
      ['list', 'deployments', 'apps'],
      ['get', 'configmaps'],
    ],
    [],
  );
  t.deepEqual(preflight((await bed.gather({}, 'here')).facts).refusals, []);
  const { refusals } = await without(undefined, 'no-settings');
  says(t, refusals, /comes from ConfigMap sei-k8s-controller-settings: no permission to get configmaps/);
});

test('a CRD that does not know the field would lose it', async t => {
  const bed = new PreflightBed(controlPlane(), 'reference');
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/seinodes.sei.io';
  // biome-ignore lint/suspicious/noExplicitAny: a schema
  const crd = (await bed.call('GET', path)) as any;
  const { spec } = crd.spec.versions[0].schema.openAPIV3Schema.properties;
  delete spec.properties.sidecar.properties.tls;
  const rules: { rule: string }[] = spec['x-kubernetes-validations'];
  spec['x-kubernetes-validations'] = rules.filter(({ rule }) => !rule.includes('.tls'));
  await bed.call('PATCH', path, { spec: { versions: crd.spec.versions } });
  let found: Preflight | undefined;
  await until(async () => {
    found = preflight((await bed.gather()).facts);
    return found.refusals.length > 0;
  });
  says(t, found?.refusals ?? [], /does not keep spec\.sidecar\.tls\.secretName: n0-tls of the new node/);
});
