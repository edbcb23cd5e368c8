import { callerMay, commands } from './caller.ts';
import { crdInstalled } from './crd/installed.ts';
import { crdSchema } from './crd/schema.ts';
import type { Facts } from './facts.ts';
import { gatekeeperSync } from './gatekeeper/sync.ts';
import { gatekeeperConstraints, gatekeeperTemplates } from './gatekeeper/templates.ts';
import { gatekeeperVersion } from './gatekeeper/version.ts';
import { gatekeeperDeletes, gatekeeperFailurePolicy } from './gatekeeper/webhook.ts';
import {
  certificate,
  deployments,
  endpoints,
  exemptions,
  installed,
  type Judge,
  leader,
  ofBundle,
  ofGatekeeper,
  ofWebhooks,
  policies,
  reachable,
  selectors,
  settings,
  single,
} from './judges.ts';
import { kubernetesVersion } from './kubernetes-version.ts';
import { networkPolicyEnforced, networkPolicyOutranked } from './networkpolicy.ts';
import { operatorReady } from './operator/ready.ts';
import { toggles } from './toggles.ts';
import { known, type Verdict } from './verdict.ts';
import { webhookFailurePolicy } from './webhook/failure-policy.ts';
import { webhookRules } from './webhook/rules.ts';
import { webhookTimeout } from './webhook/timeout.ts';

/** What was found out of one thing. */
export type Check = Verdict & {
  /** Kebab-case; never changes its meaning. */
  readonly check: string;
  readonly category: string;
  readonly docs: string;
};

/** Every check, as it is shown. */
const checks: readonly (readonly [category: string, check: string, judge: Judge])[] = [
  ['Kubernetes', 'kubernetes-version', facts => known(facts.serverVersion, kubernetesVersion)],
  ['CRD', 'crd-installed', facts => known(facts.crd, crdInstalled)],
  ['CRD', 'crd-schema', facts => known(facts.crd, crd => crdSchema(crd, facts.pluginVersion))],
  ['Operator', 'operator-ready', facts => known(facts.operators, operatorReady)],
  ['Operator', 'operator-leader', leader],
  ['Operator', 'operator-single', single],
  ['Operator', 'seinodedeployments', deployments],
  ['Operator', 'policy-settings', settings],
  ['Admission webhook', 'webhook-installed', installed],
  ['Admission webhook', 'webhook-failure-policy', ofWebhooks(webhookFailurePolicy)],
  ['Admission webhook', 'webhook-rules', ofWebhooks(webhookRules)],
  ['Admission webhook', 'webhook-selectors', ofWebhooks(selectors)],
  ['Admission webhook', 'webhook-timeout', ofWebhooks(webhookTimeout)],
  ['Admission webhook', 'webhook-certificate', ofWebhooks(certificate)],
  ['Admission webhook', 'webhook-endpoints', ofWebhooks(endpoints)],
  ['Admission webhook', 'webhook-reachable', ofWebhooks(reachable)],
  ['Gatekeeper', 'gatekeeper-version', ofGatekeeper(gatekeeperVersion)],
  ['Gatekeeper', 'gatekeeper-failure-policy', ofGatekeeper(gatekeeperFailurePolicy)],
  ['Gatekeeper', 'gatekeeper-deletes', ofGatekeeper(gatekeeperDeletes)],
  [
    'Gatekeeper',
    'gatekeeper-sync',
    ofBundle((gatekeeper, { shipped }) => gatekeeperSync(gatekeeper, shipped.gatekeeper)),
  ],
  [
    'Gatekeeper',
    'gatekeeper-templates',
    ofBundle((gatekeeper, { shipped }) => gatekeeperTemplates(gatekeeper, shipped.gatekeeper)),
  ],
  [
    'Gatekeeper',
    'gatekeeper-constraints',
    ofBundle((gatekeeper, { shipped }) => gatekeeperConstraints(gatekeeper, shipped.gatekeeper)),
  ],
  ['Gatekeeper', 'gatekeeper-exemptions', ofBundle(exemptions)],
  ['ValidatingAdmissionPolicy', 'admission-policies', policies],
  ['NetworkPolicy', 'networkpolicy-enforced', facts => known(facts.enforcement, networkPolicyEnforced)],
  ['NetworkPolicy', 'networkpolicy-outranked', facts => known(facts.outranking, networkPolicyOutranked)],
  ['Toggles', 'toggles-finished', facts => known(facts.toggles, toggles)],
  ...Object.entries(commands).map(([command, needed]) => {
    const judge: Judge = ({ denied, namespace }) =>
      known(denied, lacking => callerMay(needed, lacking, namespace));
    return ['Caller', `caller-${command}`, judge] as const;
  }),
];

/** Judges a cluster by what was read of it: every check, in the order of the table. */
export function diagnose(facts: Facts): Check[] {
  const page = 'https://github.com/sei-protocol/kubectl-seinode/blob/main/docs/doctor.md';
  return checks.map(([category, check, judge]) => ({
    check,
    category,
    ...judge(facts),
    docs: `${page}#${check}`,
  }));
}
