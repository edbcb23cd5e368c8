import test from 'ava';
import { defaultSettings } from '../../../core/admission/settings.ts';
import { commands, rightsOf } from '../../../core/doctor/caller.ts';
import type { Facts, PolicySettings } from '../../../core/doctor/facts.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { failure, success } from '../../../core/result.ts';
import type { Deployment } from '../../../core/toggle/operator.ts';
import { namespace, now, operatorDeployment, operatorLease } from '../../doctor/objects.ts';
import { journal, running } from '../toggle/cases.ts';
import { type Finding, findings } from './findings.ts';
import { binding, crd, policy } from './healthy.ts';

const version = (minor: string): Partial<Facts> => ({
  serverVersion: success({ major: '1', minor, gitVersion: `v1.${minor}.0` }),
});

const kubernetes: readonly Finding[] = [
  ['1.28 has no native sidecars', version('28'), 'kubernetes-version', 'fail', /v1\.28\.0 is too old/],
  ['1.29 has no ValidatingAdmissionPolicy', version('29'), 'kubernetes-version', 'warn', /Kubernetes 1\.30/],
  ['1.30 has all', version('30'), 'kubernetes-version', 'pass', /^v1\.30\.0$/],
  ['a server may say nothing', { serverVersion: success({}) }, 'kubernetes-version', 'unknown', /version/],
];

/** The CRD but for a change of its text. */
const changed = (of: string, to: string): Partial<Facts> => {
  const text = JSON.stringify(crd());
  if (!text.includes(of)) throw new Error(`the CRD does not say ${of}`);
  return { crd: success(JSON.parse(text.replace(of, to))) };
};
const tls = 'self.sidecar.tls == oldSelf.sidecar.tls';

const definitions: readonly Finding[] = [
  ['it may be absent', { crd: success(undefined) }, 'crd-installed', 'fail', /is not installed/],
  ['it may be absent', { crd: success(undefined) }, 'crd-schema', 'skipped', /no CRD/],
  [
    'another version is served',
    changed('"served":true', '"served":false'),
    'crd-installed',
    'fail',
    /v1alpha1/,
  ],
  [
    'its names may be taken',
    changed('"status":"True"', '"status":"False"'),
    'crd-installed',
    'fail',
    /Established/,
  ],
  ['status must be apart', changed('{"status":{}}', '{}'), 'crd-installed', 'fail', /no status subresource/],
  [
    'a rule is missing',
    changed(tls, 'true'),
    'crd-schema',
    'fail',
    /^the CRD of 0\.1\.0 is older .* lacks the rule on \.spec: /,
  ],
  [
    'a field is missing',
    changed('"podLabels":', '"podsLabels":'),
    'crd-schema',
    'fail',
    /is another than .* lacks the field \.spec\.podLabels/,
  ],
  [
    'a field more',
    changed('"chainId":', '"later":{"type":"string"},"chainId":'),
    'crd-schema',
    'warn',
    /newer than this plugin .* has the field \.spec\.later/,
  ],
  ['a rule may be laid out otherwise', changed(tls, tls.replaceAll(' ', '\\n  ')), 'crd-schema', 'pass', /./],
  [
    'an unlabelled one of before',
    changed('"labels":{"app.kubernetes.io/version":"0.1.0"}', '"labels":{}'),
    'crd-schema',
    'pass',
    /./,
  ],
];

const later = '2026-06-01T00:10:00Z';
const lame = { ...operatorDeployment(), status: {} };
const reference = operatorDeployment('elsewhere', 'ghcr.io/sei-protocol/sei-k8s-controller:v1');
const written = (manager: string, time: string) => ({
  manager,
  time,
  subresource: 'status',
  operation: 'Update',
});
const fought = (time: string) =>
  running({ metadata: { managedFields: [written('manager', time), written('seinode-controller', now)] } });
const released = {
  ...operatorLease(),
  spec: { holderIdentity: '', leaseDurationSeconds: 1, renewTime: now },
};
const group = { ...operatorLease(), spec: { ...operatorLease().spec, holderIdentity: 'shards-of-2' } };
const shard = (index: number, spec: object = {}, inside = namespace) => {
  const lease = operatorLease(inside);
  return {
    ...lease,
    metadata: { ...lease.metadata, name: `bc1f5b0a.sei.io-${index}-of-2` },
    spec: { ...lease.spec, ...spec },
  };
};
const off = { ...reference, spec: { ...reference.spec, replicas: 0 } };

const operators: readonly Finding[] = [
  ['none is deployed', { operators: success([]) }, 'operator-ready', 'fail', /nobody reconciles/],
  ['none is deployed', { operators: success([]) }, 'operator-leader', 'skipped', /no operator/],
  [
    'none is deployed',
    { operators: success([]), leases: success([]) },
    'operator-single',
    'skipped',
    /no operator/,
  ],
  [
    'no replica is ready',
    { operators: success([lame]) },
    'operator-ready',
    'fail',
    /no replica that is ready/,
  ],
  ['there is no Lease', { leases: success([]) }, 'operator-leader', 'fail', /none has ever led/],
  ['its Lease has expired', { now: later }, 'operator-leader', 'fail', /renewed 10m ago and has expired/],
  ['its Lease has no holder', { leases: success([released]) }, 'operator-leader', 'fail', /has no holder/],
  ['clocks may be a minute apart', { now: '2026-06-01T00:01:10Z' }, 'operator-leader', 'pass', /holds Lease/],
  [
    'a group works all shards',
    { leases: success([group]), shardLeases: success([shard(0), shard(1, { holderIdentity: 'two' })]) },
    'operator-leader',
    'pass',
    /^shards-of-2 holds Lease .*: 2 replicas work 2 shards$/,
  ],
  [
    'a shard that is being handed over',
    { leases: success([group]), shardLeases: success([shard(0), shard(1, { holderIdentity: '' })]) },
    'operator-leader',
    'pass',
    /1 replicas work 2 shards/,
  ],
  [
    'a shard that nobody works',
    {
      leases: success([group]),
      shardLeases: success([shard(0), shard(1, { renewTime: '2026-05-01T00:00:00Z' })]),
    },
    'operator-leader',
    'fail',
    /^nobody works 1 of 2 shards \(1\): no SeiNode in a namespace of theirs is reconciled$/,
  ],
  [
    'shards of another group',
    { leases: success([group]), shardLeases: success([shard(0, {}, 'elsewhere')]) },
    'operator-leader',
    'fail',
    /nobody works 2 of 2 shards \(0, 1\)/,
  ],
  [
    'Leases that may not be listed',
    { leases: success([group]), shardLeases: failure('forbidden') },
    'operator-leader',
    'unknown',
    /forbidden/,
  ],
  [
    'two with Leases of their own',
    { operators: success([operatorDeployment(), reference]) },
    'operator-single',
    'fail',
    /^2 operators are deployed, each by a Lease/,
  ],
  [
    'two with one Lease',
    {
      operators: success([
        operatorDeployment(),
        { ...reference, metadata: { ...reference.metadata, namespace } },
      ]),
    },
    'operator-single',
    'fail',
    /take turns/,
  ],
  [
    'two that lead',
    { leases: success([operatorLease(), operatorLease('elsewhere')]) },
    'operator-single',
    'fail',
    /lead at once, in elsewhere and sei-k8s-controller-system/,
  ],
  [
    'one that is turned off',
    { operators: success([operatorDeployment(), off]) },
    'operator-single',
    'pass',
    /one operator/,
  ],
  [
    'an old Lease elsewhere',
    { leases: success([operatorLease(), operatorLease('elsewhere', '2026-05-01T00:00:00Z')]) },
    'operator-single',
    'pass',
    /one operator/,
  ],
  [
    'a status of both',
    { nodes: success([fought(now)]) },
    'operator-single',
    'warn',
    /n0 has a status of both/,
  ],
  [
    'a status of both, long ago',
    { nodes: success([fought('2026-05-01T00:00:00Z')]) },
    'operator-single',
    'pass',
    /one operator/,
  ],
];

const deployed = {
  apiVersion: 'sei.io/v1alpha1',
  kind: 'SeiNodeDeployment',
  metadata: { name: 'd0', namespace: 'arctic' },
};
const withDeployment = (found: Deployment) => ({
  seiNodeDeployments: success([deployed]),
  operators: success([found]),
});

const settings = (change: Partial<PolicySettings>): Partial<Facts> => ({
  policySettings: success({
    ...{ isThere: true, faults: [], parameters: defaultParameters, admission: defaultSettings },
    ...change,
  }),
});

const rest: readonly Finding[] = [
  [
    'nobody reconciles them',
    withDeployment(operatorDeployment()),
    'seinodedeployments',
    'fail',
    /^1 exist and nobody/,
  ],
  ['the Go operator does', withDeployment(reference), 'seinodedeployments', 'pass', /Go operator/],
  ['unless it is turned off', withDeployment(off), 'seinodedeployments', 'fail', /nobody/],
  [
    'none, whoever is there',
    { seiNodeDeployments: success([]), operators: failure('forbidden') },
    'seinodedeployments',
    'pass',
    /none/,
  ],
  ['no ConfigMap', settings({ isThere: false }), 'policy-settings', 'pass', /defaults/],
  ['a broken ConfigMap', settings({ faults: ['x must be'] }), 'policy-settings', 'fail', /^x must be$/],
  [
    'a rule that only warns',
    settings({ admission: { actions: { 'tls-secret': 'warn' }, exemptNamespaces: [] } }),
    'policy-settings',
    'warn',
    /refuses nothing by tls-secret: its action is warn$/,
  ],
  [
    'a namespace of nodes that is exempt',
    settings({ admission: { actions: {}, exemptNamespaces: ['kube-system', 'arctic'] } }),
    'policy-settings',
    'warn',
    /^the webhook exempts arctic, which holds nodes$/,
  ],
  [
    'a namespace without nodes that is exempt',
    settings({ admission: { actions: { 'tls-secret': 'deny' }, exemptNamespaces: ['kube-system'] } }),
    'policy-settings',
    'pass',
    /can be read/,
  ],
  [
    'a policy without binding',
    { admissionBindings: success([]) },
    'admission-policies',
    'fail',
    /has no binding/,
  ],
  [
    'a binding that only warns',
    { admissionBindings: success([binding('Warn')]) },
    'admission-policies',
    'fail',
    /the action Deny/,
  ],
  [
    'a warning of its types',
    { admissionPolicies: success([policy('undefined field x')]) },
    'admission-policies',
    'warn',
    /undefined field x/,
  ],
  ['none of ours', { admissionPolicies: success([]) }, 'admission-policies', 'skipped', /none/],
  [
    'nobody enforces',
    { enforcement: success({ enforcing: [], caveats: [{ why: 'flannel does not', effect: 'opens' }] }) },
    'networkpolicy-enforced',
    'fail',
    /^flannel does not: every port/,
  ],
  [
    'nobody who is known',
    { enforcement: success({ enforcing: [], caveats: [] }) },
    'networkpolicy-enforced',
    'warn',
    /no network plugin/,
  ],
  [
    'an admin policy',
    {
      outranking: success([
        { text: 'AdminNetworkPolicy a outranks', outranks: true },
        { text: 'b', outranks: false },
      ]),
    },
    'networkpolicy-outranked',
    'fail',
    /^AdminNetworkPolicy a outranks$/,
  ],
  [
    'another that decides',
    { outranking: success([{ text: 'b decides beside', outranks: false }]) },
    'networkpolicy-outranked',
    'warn',
    /^b decides beside$/,
  ],
  [
    'one is unfinished',
    { toggles: success([success({ journal: journal(), lease: {} })]) },
    'toggles-finished',
    'fail',
    /SeiNode arctic\/n0 stands at Prepared$/,
  ],
  [
    'somebody works on one',
    { toggles: success([success({ journal: journal(), lease: { holderIdentity: 'a@b 1' } })]) },
    'toggles-finished',
    'fail',
    /a@b works on it/,
  ],
  [
    'one has ended',
    { toggles: success([success({ journal: journal({ step: 'Done' }), lease: {} })]) },
    'toggles-finished',
    'pass',
    /none/,
  ],
  [
    'one cannot be read',
    { toggles: success([failure('ConfigMap arctic/x is no journal')]) },
    'toggles-finished',
    'fail',
    /no journal/,
  ],
  [
    'a right is missing',
    { denied: success([{ verb: 'get', group: '', resource: 'secrets', namespace: 'arctic' }]) },
    'caller-tls-check',
    'warn',
    /^no permission to get secrets in the namespace arctic$/,
  ],
  [
    'a right that it does not need',
    { denied: success([{ verb: 'get', group: '', resource: 'secrets', namespace: 'arctic' }]) },
    'caller-tls-history',
    'pass',
    /^works in the namespace arctic$/,
  ],
];

findings([...kubernetes, ...definitions, ...operators, ...rest]);

test('every right that a command needs is asked for once', t => {
  const all = rightsOf(undefined);
  t.is(new Set(all.map(right => JSON.stringify(right))).size, all.length);
  t.true(all.length < Object.values(commands).flat().length);
});
