import type { ValidatingWebhook } from '../objects.ts';
import { fail, pass, skipped, type Verdict, warn } from '../verdict.ts';
import { isAsked } from '../webhook/rules.ts';
import { type Gatekeeper, gatekeeperNames } from './facts.ts';

const setWebhook = `edit ValidatingWebhookConfiguration ${gatekeeperNames.configuration}, or where Gatekeeper is installed from`;

/** Whether an outage of Gatekeeper lets everything through, as it is installed by default. */
export function gatekeeperFailurePolicy(gatekeeper: Gatekeeper): Verdict {
  const webhook = webhookOf(gatekeeper);
  if (webhook === undefined) return noWebhook();
  return (webhook.failurePolicy ?? 'Fail') === 'Fail'
    ? pass(`${webhook.name} has failurePolicy Fail`)
    : finding(gatekeeper)(
        `${webhook.name} has failurePolicy Ignore, its default: while Gatekeeper is away, everything passes`,
        `${setWebhook}: failurePolicy Fail`,
      );
}

/** Whether Gatekeeper is asked about deletes, which it is not by default. */
export function gatekeeperDeletes(gatekeeper: Gatekeeper): Verdict {
  const webhook = webhookOf(gatekeeper);
  if (webhook === undefined) return noWebhook();
  const deletion = { group: 'networking.k8s.io', resource: 'networkpolicies', operation: 'DELETE' };
  return isAsked(webhook.rules, deletion)
    ? pass('it is asked about DELETE of NetworkPolicies')
    : finding(gatekeeper)(
        `${webhook.name} is not asked about DELETE of NetworkPolicies, by default: deleting one opens its ports`,
        `${setWebhook}: add DELETE to the operations of its rules`,
      );
}

/** Gatekeeper guards nodes only where the bundle is installed. */
function finding({ templates }: Gatekeeper): typeof fail {
  return templates.length > 0 ? fail : warn;
}

/** The webhook that judges. */
export function webhookOf({ webhooks = [] }: Gatekeeper): ValidatingWebhook | undefined {
  return webhooks.find(({ name }) => name === gatekeeperNames.webhook);
}

function noWebhook(): Verdict {
  return skipped(`there is no ${gatekeeperNames.webhook}: Gatekeeper audits alone`);
}
