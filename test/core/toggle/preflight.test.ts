import test from 'ava';
import type { NetworkViolation } from '../../../core/policy.ts';
import { preflight } from '../../../core/toggle/preflight.ts';
import { at, facts } from './facts.ts';

type Row = readonly [what: string, change: Record<string, unknown>, ...said: readonly RegExp[]];

const denied = (verb: string, resource: string, more: object = { namespace: 'arctic' }) => ({
  ...{ verb, resource, group: resource === 'seinodes' ? 'sei.io' : '' },
  ...more,
});
const node = (part: string, value: unknown) => at(`seen.node.${part}`, value);
const label = (name: string, value = 'x') => node('metadata.labels', { [name]: value });
const note = (name: string, value = 'x') => node('metadata.annotations', { [name]: value });
const managed = (manager: string) => node('metadata.managedFields', [{ manager }]);
const owners = (...list: readonly object[]) => at('seen.claim.metadata.ownerReferences', list);
const mine = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid: 'u-1' };
const sizes = (claim: string, volume = claim) => ({
  seen: {
    claim: { status: { capacity: { storage: claim } } },
    volume: { spec: { capacity: { storage: volume } } },
  },
});
const resizing = [{ type: 'FileSystemResizePending', status: 'True' }];
const growing = {
  seen: {
    claim: { status: { conditions: resizing } },
    volume: { spec: { capacity: { storage: '3000Gi' } } },
  },
};
const retained = at('seen.volume.spec.persistentVolumeReclaimPolicy', 'Retain');
const noVolumes = { denied: [denied('patch', 'persistentvolumes', {})] };
const verdict = (status: string, reason: string) => ({
  secret: { verdict: { status, reason, message: 'why' } },
});
const bootstraps = {
  fullNode: { snapshot: { s3: { targetHeight: 7 }, bootstrapImage: 'seid:v0' } },
};
const marked = at('seen.claim.metadata.annotations', { 'sei.io/bootstrapped': 'arctic-1' });
const refused = (message: string) => ({ dryRun: { kind: 'refused', message } });
const templates = (whenDeleted: string, name: string) => ({
  seen: {
    statefulSet: {
      spec: {
        persistentVolumeClaimRetentionPolicy: { whenDeleted },
        volumeClaimTemplates: [{ metadata: { name } }],
      },
    },
  },
});
const ofSet = (name: string, whenDeleted = 'Delete') => ({
  seen: {
    ...templates(whenDeleted, 'data').seen,
    node: { spec: { dataVolume: { import: { pvcName: name } } } },
    claim: { metadata: { name } },
  },
  dryRun: { spec: { dataVolume: { import: { pvcName: name } } } },
});
const unreadable = { defaultSize: { ok: false, error: 'no permission to list deployments' } };

const refusals: readonly Row[] = [
  ['nothing', {}],
  ['a node that is not there', at('seen.node', undefined), /^SeiNode "n0" not found in namespace arctic: /],
  [
    'a node that may not be read',
    { ...at('seen.node', undefined), denied: [denied('get', 'seinodes')] },
    /^no permission to get seinodes\.sei\.io in the namespace arctic: a Role in arctic /,
  ],
  [
    'every right that is missing, reads and writes',
    {
      denied: [
        denied('patch', 'persistentvolumes', {}),
        denied('create', 'pods', { subresource: 'portforward', namespace: 'arctic' }),
        denied('create', 'configmaps'),
        denied('create', 'configmaps'),
        denied('get', 'secrets'),
      ],
    },
    /^no permission to create configmaps in the namespace arctic, create pods\/portforward in the namespace arctic, get secrets in the namespace arctic, patch persistentvolumes: a Role in arctic and a ClusterRole with these verbs is needed; --no-verify /,
    /^PersistentVolume pv-0 has reclaim policy Delete and you may not change it: .*Retain/,
  ],
  ['a right over a volume that is Retain', { ...noVolumes, ...retained }],
  [
    'a node that is being deleted',
    node('metadata.deletionTimestamp', 'then'),
    /is being deleted, since then/,
  ],
  [
    'one that is deleted and as wanted',
    { to: null, ...node('metadata.deletionTimestamp', 'then'), ...at('dryRun', undefined) },
    /is being deleted/,
  ],
  [
    'a plan that is Active',
    node('status.plan', { phase: 'Active', tasks: [{ type: 'mark-ready', status: 'Pending' }] }),
    /^a plan of SeiNode n0 is Active \(at mark-ready\): wait/,
  ],
  ['a plan that is Complete', node('status.plan', { phase: 'Complete', tasks: [] })],
  [
    'a SeiNodeDeployment',
    node('metadata.ownerReferences', [{ kind: 'SeiNodeDeployment', name: 'd', uid: 'u', controller: true }]),
    /belongs to SeiNodeDeployment d, which would make it again as it was: let its SeiNodes go first/,
  ],
  [
    'another controller',
    node('metadata.ownerReferences', [{ kind: 'Fleet', name: 'f', uid: 'u', controller: true }]),
    /belongs to Fleet f, which would make it again as it was: change the TLS there/,
  ],
  [
    'an owner that manages nothing',
    node('metadata.ownerReferences', [{ kind: 'Fleet', name: 'f', uid: 'u' }]),
  ],
  ['Argo CD by label', label('argocd.argoproj.io/instance'), /kept by Argo CD \(argocd.*sync-policy none/],
  ['Argo CD by annotation', note('argocd.argoproj.io/tracking-id'), /kept by Argo CD/],
  ['Argo CD by manager', managed('argocd-application-controller'), /\(managedFields of argocd-app/],
  ['a label that others set too', label('app.kubernetes.io/instance')],
  ['Flux by label', label('kustomize.toolkit.fluxcd.io/name'), /kept by Flux \(Kustomization\)/],
  ['Flux of Helm by label', label('helm.toolkit.fluxcd.io/name'), /kept by Flux \(HelmRelease\)/],
  ['Flux by manager', managed('kustomize-controller'), /kept by Flux \(Kustomization\)/],
  ['Flux of Helm by manager', managed('helm-controller'), /kept by Flux \(HelmRelease\)/],
  [
    'Helm',
    {
      seen: {
        node: {
          metadata: {
            labels: { 'app.kubernetes.io/managed-by': 'Helm' },
            annotations: { 'meta.helm.sh/release-name': 'r' },
          },
        },
      },
    },
    /kept by Helm/,
  ],
  ['a label of Helm alone', label('app.kubernetes.io/managed-by', 'Helm')],
  [
    'a release of Helm that another manages',
    {
      seen: {
        node: {
          metadata: {
            labels: { 'app.kubernetes.io/managed-by': 'x' },
            annotations: { 'meta.helm.sh/release-name': 'r' },
          },
        },
      },
    },
  ],
  ['an annotation of Helm alone', note('meta.helm.sh/release-name')],
  ['somebody with kubectl', managed('kubectl-client-side-apply')],
  [
    'a Secret that is not there',
    verdict('False', 'NotFound'),
    /^Secret arctic\/n0-tls is not ready .*NotFound: why/,
  ],
  ['a Secret that cannot be judged', verdict('Unknown', 'Unavailable'), /Unavailable: why/],
  ['a claim that is not there', at('seen.claim', undefined), /^PersistentVolumeClaim data-n0 does not exist/],
  [
    'a claim that may not be read',
    { ...at('seen.claim', undefined), denied: [denied('get', 'persistentvolumeclaims')] },
    /^no permission to get persistentvolumeclaims/,
  ],
  [
    'a claim that is Pending',
    at('seen.claim.status.phase', 'Pending'),
    /is Pending, not Bound yet: a node made/,
  ],
  ['a claim that is Lost', at('seen.claim.status.phase', 'Lost'), /is Lost: its volume is gone/],
  [
    'a claim on its way out',
    at('seen.claim.metadata.deletionTimestamp', 'then'),
    /is being deleted, since then/,
  ],
  [
    'a claim for many',
    at('seen.claim.spec.accessModes', ['ReadWriteMany']),
    /has access modes ReadWriteMany/,
  ],
  ['a claim for one pod', at('seen.claim.spec.accessModes', ['ReadWriteOncePod'])],
  ['a volume that is not there', at('seen.volume', undefined), /^PersistentVolume pv-0 of .* does not exist/],
  [
    'a volume that may not be read',
    { ...at('seen.volume', undefined), denied: [denied('get', 'persistentvolumes', {})] },
    /^no permission to get persistentvolumes: a ClusterRole/,
  ],
  ['a volume that is Failed', at('seen.volume.status.phase', 'Failed'), /is Failed/],
  ['a volume that is Released', at('seen.volume.status.phase', 'Released'), /is Released, not Bound/],
  ["another claim's volume", at('seen.volume.spec.claimRef.uid', 'u'), /is no longer that of the claim/],
  [
    'a volume of another size',
    sizes('2000Gi', '3000Gi'),
    /has 3000Gi, PersistentVolumeClaim data-n0 says 2000Gi/,
  ],
  ['a claim that grows', growing, /is being enlarged from 2000Gi to 3000Gi: the reference/],
  ['a claim that grows under ours', { ...growing, operator: 'ours' }],
  ['a claim of nobody', owners()],
  [
    'a claim of the node and another',
    owners(mine, { ...mine, uid: 'u-2' }),
    /belongs to SeiNode n0 \(UID u-2\)/,
  ],
  [
    'a claim of a StatefulSet',
    owners({ kind: 'StatefulSet', name: 'n0', uid: 's' }),
    /belongs to StatefulSet n0/,
  ],
  [
    'a volume below the default',
    sizes('1999Gi'),
    /^PersistentVolumeClaim data-n0 has 1999Gi, less than .* 2000Gi: the reference/,
  ],
  [
    'a volume below the default, told to ignore it',
    { ...sizes('1999Gi'), ignoreDefaultSize: true },
    /would end the new node Failed/,
  ],
  [
    'a volume below the default under ours',
    { ...sizes('1999Gi'), operator: 'ours' },
    /say --ignore-default-size where/,
  ],
  [
    'a volume below the default under ours, told to ignore it',
    { ...sizes('1999Gi'), operator: 'ours', ignoreDefaultSize: true },
  ],
  ['the default in other words', { ...sizes('2000Gi'), defaultSize: { ok: true, value: '2097152000Ki' } }],
  [
    'a default that cannot be read',
    unreadable,
    /cannot be read: no permission to list deployments; .*--ignore-default-size$/,
  ],
  ['a default that cannot be read, told to ignore it', { ...unreadable, ignoreDefaultSize: true }],
  [
    'a StatefulSet that takes its claims along',
    ofSet('data-n0-0'),
    /^StatefulSet n0 deletes PersistentVolumeClaim data-n0-0 /,
  ],
  ['one that keeps them', ofSet('data-n0-0', 'Retain')],
  ['one whose claims are others', templates('Delete', 'other')],
  ['the claim of a node named alike', ofSet('data-n0-x-0')],
  ['no StatefulSet', at('seen.statefulSet', undefined)],
  [
    "another's StatefulSet",
    at('seen.statefulSet.metadata.ownerReferences', []),
    /does not belong to SeiNode n0/,
  ],
  ['a bootstrap image', node('spec', bootstraps), /from the image seid:v0, and the reference controller/],
  [
    'a bootstrap image under somebody',
    { ...node('spec', bootstraps), operator: 'unknown' },
    /an operator that is not known/,
  ],
  [
    'a bootstrap image under ours',
    { ...node('spec', bootstraps), operator: 'ours' },
    /annotate it sei\.io\/bootstrapped=arctic-1/,
  ],
  [
    'a bootstrap image under ours, on a chain',
    { seen: { node: { spec: bootstraps }, ...(marked.seen as object) }, operator: 'ours' },
  ],
  [
    'a bootstrap image without s3',
    node('spec', { fullNode: { snapshot: { bootstrapImage: 'b', stateSync: {} } } }),
  ],
  ['a snapshot', node('spec', { fullNode: { snapshot: { s3: { targetHeight: 7 } } } })],
  [
    'a new node that is refused',
    refused('422: spec.x is wrong'),
    /\(server dry-run\): 422: spec\.x is wrong; nothing/,
  ],
  ['one that is refused by a quota', refused('exceeded quota: q')],
  ['one that is refused by its name', refused('metadata.name: Invalid value')],
  ['a webhook without dry-run', refused('admission webhook "x" does not support dry run')],
  [
    'a CRD without TLS',
    at('dryRun.spec.sidecar', undefined),
    /does not keep spec\.sidecar\.tls\.secretName: n0-tls/,
  ],
  [
    'a CRD without import',
    at('dryRun.spec.dataVolume', undefined),
    /does not keep spec\.dataVolume\.import\.pvcName: data-n0/,
  ],
  [
    'a webhook with a volume',
    at('dryRun.spec.dataVolume.import.pvcName', 'x'),
    /does not keep spec\.dataVolume/,
  ],
  ['a dry-run that could not be asked', at('dryRun', undefined)],
];
for (const [what, change, ...said] of refusals) {
  test(`${said.length > 0 ? 'refused' : 'no refusal'}: ${what}`, t => {
    const found = preflight(facts(change)).refusals;
    t.is(found.length, said.length, found.join('\n'));
    for (const [at, pattern] of said.entries()) t.regex(found[at] ?? '', pattern);
  });
}

const validator = node('spec', { fullNode: undefined, validator: {} });
const found = (rule: string, port: number): NetworkViolation => ({
  ...{ rule, severity: 'error', message: `${rule} of ${port}`, details: { port } },
  ...{ field: 'spec', fix: '', docs: '', target: 0 },
});
const off = { to: null, ...node('spec', { sidecar: { tls: { secretName: 'a' } } }) };

const warnings: readonly Row[] = [
  ['nothing', {}],
  [
    'a validator',
    validator,
    /IS A VALIDATOR: IT SIGNS NOTHING .* no second pod starts before the first is gone/,
  ],
  ['a certificate of six days', at('secret.notAfter', '2026-05-07T12:00:00Z'), /ends in 6d, at 2026-05-07/],
  ['a certificate of eight days', at('secret.notAfter', '2026-05-09T12:00:00Z')],
  ['a Secret without one', at('secret.notAfter', undefined)],
  ['a quota', refused('exceeded quota: q'), /cannot be said: exceeded quota: q/],
  ['a name', refused('metadata.generateName: too long'), /cannot be said/],
  ['a refusal', refused('spec')],
  [
    'an owner',
    node('metadata.ownerReferences', [{ kind: 'Fleet', name: 'f', uid: 'u' }]),
    /ownerReference to Fleet f/,
  ],
  ['a StatefulSet of nobody', at('seen.statefulSet', undefined)],
  ['policies that cannot be read', at('network', undefined), /NetworkPolicies in arctic cannot be read/],
  [
    'the operator kept out of the tasks',
    { network: [found('netpol-blocked', 8443)] },
    /^netpol-blocked of 8443; the new node does not start without it: .*netpol template/,
  ],
  ['monitoring kept out', { network: [found('netpol-blocked', 9100)] }],
  ['8443 open to others: the proxy still asks', { network: [found('netpol-tasks-port', 8443)] }],
  [
    'tasks open to others where TLS goes',
    { ...off, network: [found('netpol-tasks-port', 7777)] },
    /^netpol-tasks-port of 7777; without TLS whoever gets in there signs: .*netpol template/,
  ],
  [
    'the operator kept out where TLS goes',
    { ...off, network: [found('netpol-blocked', 7777)] },
    /^netpol-blocked of 7777;/,
  ],
];
for (const [what, change, ...said] of warnings) {
  test(`${said.length > 0 ? 'warned' : 'no warning'}: ${what}`, t => {
    const found = preflight(facts(change)).warnings;
    t.is(found.length, said.length, found.join('\n'));
    for (const [at, pattern] of said.entries()) t.regex(found[at] ?? '', pattern);
  });
}

test('a node that is as wanted is no refusal, and nothing is said of it', t => {
  const nothing = { already: true, refusals: [], warnings: [] };
  const denies = { denied: [denied('patch', 'seinodes')], dryRun: undefined };
  t.deepEqual(preflight(facts({ to: null, ...denies })), nothing);
  const on = node('spec', { validator: {}, sidecar: { tls: { secretName: 'n0-tls' } } });
  t.deepEqual(preflight(facts({ ...on, ...denies })), nothing);
  t.false(preflight(facts({ ...on, to: 'other-tls' })).already);
});
