import type { Facts } from '../../../core/doctor/facts.ts';
import type { GatekeeperFacts } from '../../../core/doctor/gatekeeper/facts.ts';
import { success } from '../../../core/result.ts';
import { bundle, gatekeeper, webhookConfiguration } from '../../doctor/objects.ts';
import { type Finding, findings } from './findings.ts';
import { authority, healthy } from './healthy.ts';

const ours = webhookConfiguration(authority.certificate);
const { template, constraint, syncSet } = bundle();

const part = (change: Partial<GatekeeperFacts>): Partial<Facts> => ({
  gatekeeper: { ...healthy.gatekeeper, ...change },
});
const image = (name: string) => part({ deployments: success([gatekeeper(name).deployment]) });
function webhook(change: object): Partial<Facts> {
  const { webhook } = gatekeeper();
  return { webhooks: success([ours, { ...webhook, webhooks: [{ ...webhook.webhooks[0], ...change }] }]) };
}
const asked = (...operations: string[]) =>
  webhook({ rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations }] });
const templateWith = (change: object) => part({ templates: success([{ ...template, ...change }]) });
const constraintWith = (spec: object) => part({ constraints: success([{ ...constraint, spec }]) });
const config = (spec: object) => ({
  ...syncSet,
  kind: 'Config',
  metadata: { name: 'config', namespace: 'g' },
  spec,
});
const match = (processes: string[], excludedNamespaces: string[]) =>
  part({ configs: success([config({ match: [{ processes, excludedNamespaces }] })]) });
const isPolicy = ({ kind }: { kind: string }) => kind === 'NetworkPolicy';
const policies = syncSet.spec.gvks.find(isPolicy);
const others = syncSet.spec.gvks.filter((gvk: { kind: string }) => !isPolicy(gvk));
const errors = [{ id: 'a', errors: [{ message: 'rego_parse_error' }] }];

const table: readonly Finding[] = [
  [
    'an old one',
    image('openpolicyagent/gatekeeper:v3.11.0'),
    'gatekeeper-version',
    'fail',
    /^Gatekeeper 3\.11\.0 is older than 3\.19\.1/,
  ],
  [
    'the oldest',
    image('openpolicyagent/gatekeeper:v3.19.1'),
    'gatekeeper-version',
    'pass',
    /^Gatekeeper 3\.19\.1$/,
  ],
  ['an older major', image('g:v2.99.0'), 'gatekeeper-version', 'fail', /2\.99/],
  [
    'of a registry with a port',
    image('localhost:5000/gatekeeper:v3.20.0@sha256:0'),
    'gatekeeper-version',
    'pass',
    /3\.20/,
  ],
  [
    'an image without version',
    image('localhost:5000/gatekeeper:latest'),
    'gatekeeper-version',
    'unknown',
    /does not tell/,
  ],
  [
    'no Deployment of its name',
    part({ deployments: success([]) }),
    'gatekeeper-version',
    'unknown',
    /no Deployment/,
  ],
  [
    'open while it is away',
    webhook({ failurePolicy: 'Ignore' }),
    'gatekeeper-failure-policy',
    'fail',
    /Ignore, its default/,
  ],
  [
    'open, but without our bundle',
    { ...webhook({ failurePolicy: 'Ignore' }), ...part({ templates: success([]) }) },
    'gatekeeper-failure-policy',
    'warn',
    /Ignore/,
  ],
  ['no webhook', { webhooks: success([ours]) }, 'gatekeeper-failure-policy', 'skipped', /audits alone/],
  ['deletes off', asked('CREATE', 'UPDATE'), 'gatekeeper-deletes', 'fail', /not asked about DELETE/],
  ['everything', asked('*'), 'gatekeeper-deletes', 'pass', /DELETE/],
  [
    'NetworkPolicies not synced',
    part({ syncSets: success([{ ...syncSet, spec: { gvks: others } }]) }),
    'gatekeeper-sync',
    'fail',
    /^NetworkPolicy not synced/,
  ],
  [
    'synced by Config as well',
    part({
      syncSets: success([{ ...syncSet, spec: { gvks: others } }]),
      configs: success([config({ sync: { syncOnly: [policies] } })]),
    }),
    'gatekeeper-sync',
    'pass',
    /are synced/,
  ],
  [
    'a template that does not compile',
    templateWith({ status: { byPod: errors } }),
    'gatekeeper-templates',
    'fail',
    /seinodetlsimmutable does not compile: rego_parse_error/,
  ],
  [
    'a template of another release',
    templateWith({ spec: { ...template.spec, targets: [] } }),
    'gatekeeper-templates',
    'warn',
    /^ConstraintTemplate seinodetlsimmutable is of another release/,
  ],
  ['without our bundle', part({ templates: success([]) }), 'gatekeeper-templates', 'skipped', /bundle/],
  [
    'a template without constraint',
    part({ constraints: success([]) }),
    'gatekeeper-constraints',
    'warn',
    /has no constraint/,
  ],
  [
    'a constraint that only counts',
    constraintWith({ enforcementAction: 'dryrun' }),
    'gatekeeper-constraints',
    'warn',
    /enforcementAction dryrun/,
  ],
  [
    'a constraint that denies',
    constraintWith({ enforcementAction: 'deny' }),
    'gatekeeper-constraints',
    'pass',
    /1 constraints are as shipped/,
  ],
  [
    'a constraint exempts',
    constraintWith({ match: { excludedNamespaces: ['arc*'] } }),
    'gatekeeper-exemptions',
    'warn',
    /SeiNodeTlsImmutable tls-immutable exempts arctic/,
  ],
  ['Config exempts', match(['*'], ['*tic']), 'gatekeeper-exemptions', 'warn', /Config config exempts arctic/],
  [
    'Config exempts from the audit alone',
    match(['audit'], ['arctic']),
    'gatekeeper-exemptions',
    'pass',
    /no namespace/,
  ],
  [
    'Config exempts others',
    match(['webhook'], ['arctic-2']),
    'gatekeeper-exemptions',
    'pass',
    /no namespace/,
  ],
  [
    'its webhook leaves it out',
    webhook({ namespaceSelector: { matchLabels: { guarded: 'yes' } } }),
    'gatekeeper-exemptions',
    'warn',
    /namespaceSelector of validation\.gatekeeper\.sh leaves out arctic/,
  ],
];

findings(table);
