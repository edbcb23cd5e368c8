import { actionOf, defaultActions } from '../admission/actions.ts';
import type { PolicySettings } from './facts.ts';
import { fail, ofFindings, pass, type Verdict, warn } from './verdict.ts';

/**
 * Whether the operator and its webhook can read what they go by, and refuse what they do by default.
 *
 * @param guarded the namespaces that hold nodes.
 */
export function policySettings(
  { isThere, faults, admission }: PolicySettings,
  guarded: readonly string[],
): Verdict {
  if (!isThere) return pass('there is no ConfigMap seinode-policy: the defaults count');
  const fix = 'kubectl edit configmap seinode-policy -n sei-k8s-controller-system';
  if (faults.length > 0) return ofFindings(faults, '', fail, fix);
  const mild = Object.entries(defaultActions)
    .filter(([rule, action]) => action === 'deny' && actionOf(rule, admission.actions) !== 'deny')
    .map(
      ([rule]) =>
        `the webhook refuses nothing by ${rule}: its action is ${actionOf(rule, admission.actions)}`,
    );
  const exempt = guarded
    .filter(name => admission.exemptNamespaces.includes(name))
    .map(name => `the webhook exempts ${name}, which holds nodes`);
  return ofFindings([...mild, ...exempt], 'ConfigMap seinode-policy can be read', warn, fix);
}
