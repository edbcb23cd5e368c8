import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { manifest, manifests } from './manifests.ts';
import { granted, type Rule } from './rights.ts';

const reading = ['get', 'list', 'watch'];
const page = readFileSync(join(import.meta.dirname, '../../docs/operator-rbac.md'), 'utf8');
const [, everywhere = '', own = '', election = '', shards = '', webhook = '', itsCertificate = ''] =
  page.split(/^## /m);

test('docs/operator-rbac.md accounts for each verb of the ClusterRole, and for no other', t => {
  t.deepEqual(documented(everywhere), granted(manifest('ClusterRole', 'sei-k8s-controller-manager').rules));
});

test('and for each verb of the Role', t => {
  t.deepEqual(documented(own), granted(manifest('Role', 'sei-k8s-controller-leader-election').rules));
});

test('and for each verb that the election needs in every namespace', t => {
  t.deepEqual(
    documented(election),
    granted(manifest('ClusterRole', 'sei-k8s-controller-leader-election').rules),
  );
});

test('and for each verb that replicas need who share the work', t => {
  t.deepEqual(documented(shards), granted(manifest('Role', 'sei-k8s-controller-shards').rules));
});

test('and for each verb that the webhook needs', t => {
  t.deepEqual(documented(webhook), granted(manifest('ClusterRole', 'sei-k8s-controller-webhook').rules));
  t.deepEqual(documented(itsCertificate), granted(manifest('Role', 'sei-k8s-controller-webhook').rules));
});

const roles = manifests.filter(({ kind }) => /Role$/.test(kind));
const all: [string, Rule][] = roles.flatMap(({ metadata, rules }) =>
  rules.map((rule: Rule): [string, Rule] => [metadata.name, rule]),
);

test('no role has a wildcard', t => {
  t.false(all.some(([, rule]) => [...rule.apiGroups, ...rule.resources, ...rule.verbs].includes('*')));
});

test('the one Secret that is written is that of the webhook, and the one configuration is its own', t => {
  const ofSecrets = all.filter(([, { resources }]) => resources.includes('secrets'));
  const writing = ofSecrets.filter(([, { verbs }]) => verbs.some(verb => !reading.includes(verb)));
  t.deepEqual(
    writing.map(([name, { resourceNames, verbs }]) => [name, resourceNames, verbs]),
    [
      // A create cannot be limited to a name.
      ['sei-k8s-controller-webhook', undefined, ['create']],
      ['sei-k8s-controller-webhook', ['sei-k8s-controller-webhook-certificate'], ['update']],
    ],
  );
  const roleOfSecrets = roles.filter(
    ({ kind, metadata }) => kind === 'Role' && metadata.name === writing[0]?.[0],
  );
  t.is(roleOfSecrets[0]?.metadata.namespace, 'sei-k8s-controller-system');
  const ofConfigurations = all.filter(([, { resources }]) =>
    resources.includes('validatingwebhookconfigurations'),
  );
  t.deepEqual(
    ofConfigurations.map(([, { resourceNames }]) => resourceNames),
    [['sei-k8s-controller']],
  );
});

test('nobody is given to write NetworkPolicies, roles, certificates or workloads of others', t => {
  const written = all
    .filter(([, { verbs }]) => verbs.some(verb => !reading.includes(verb)))
    .flatMap(([, { resources }]) => resources);
  t.deepEqual([...new Set(written)].toSorted(), [
    ...[
      'configmaps',
      'events',
      'jobs',
      'leases',
      'persistentvolumeclaims',
      'pods',
      'policyreports',
      'reports',
    ],
    ...['secrets', 'seinodes', 'seinodes/finalizers', 'seinodes/status', 'seinodetasks', 'services'],
    ...['statefulsets', 'subjectaccessreviews', 'tokenreviews', 'validatingwebhookconfigurations'],
  ]);
});

test('only the operator may delete a task', t => {
  const holders = all.filter(
    ([, { resources, verbs }]) => resources.includes('seinodetasks') && verbs.includes('delete'),
  );
  t.deepEqual(
    holders.map(([name]) => name),
    ['sei-k8s-controller-manager'],
  );
});

test('every binding is of the ServiceAccount of the Deployment', t => {
  const { spec } = manifest('Deployment').spec.template;
  for (const binding of manifests.filter(({ kind }) => /RoleBinding$/.test(kind))) {
    t.deepEqual(binding.subjects, [
      { kind: 'ServiceAccount', name: spec.serviceAccountName, namespace: 'sei-k8s-controller-system' },
    ]);
    t.true(
      roles.some(
        ({ kind, metadata }) => kind === binding.roleRef.kind && metadata.name === binding.roleRef.name,
      ),
    );
  }
});

function documented(section: string): string[] {
  let resource = '';
  return [...section.matchAll(/^\| (?!resource)(.*?) ?\| (.+?) \| .+ \|$/gm)]
    .flatMap(([, named = '', verbs = '']) => {
      resource = named || resource;
      return resource.split(/, /).flatMap(one => verbs.split(', ').map(verb => `${one} ${verb}`));
    })
    .toSorted();
}
