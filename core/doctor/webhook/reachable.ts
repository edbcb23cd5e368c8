import type { Probe } from '../facts.ts';
import type { ValidatingWebhook } from '../objects.ts';
import { fail, pass, skipped, unknown, type Verdict, warn } from '../verdict.ts';
import { webhookNames } from './shipped.ts';

const fix = `let the API server through to port 9443 of the operator's pods (NetworkPolicies of ${webhookNames.namespace}, firewalls), and see webhook-endpoints and webhook-certificate`;
const { seinodes } = webhookNames;

/**
 * Whether the API server reaches the webhook: by its own answer to the creation of a SeiNode that is not kept (dry run).
 * Under failurePolicy Fail it cannot let one through unasked.
 *
 * @param probe undefined where there was no namespace to ask in.
 */
export function webhookReachable(webhook: ValidatingWebhook | undefined, probe: Probe | undefined): Verdict {
  if (webhook === undefined) return skipped(`there is no ${seinodes}`);
  if (probe === undefined) return skipped(`${seinodes} is asked about no namespace that is known`);
  const { namespace, answer } = probe;
  if (answer.outcome === 'refused') return refusedVerdict(answer.message, namespace);
  return webhook.failurePolicy === 'Ignore'
    ? warn(
        `a SeiNode would be let through in ${namespace}, but with failurePolicy Ignore that says nothing`,
        'set failurePolicy Fail (webhook-failure-policy), and look again',
      )
    : pass(`the API server asked it, in ${namespace}`);
}

function refusedVerdict(message: string, namespace: string): Verdict {
  if (message.includes(`admission webhook "${seinodes}" denied`)) {
    return pass(`the API server asked it, in ${namespace}: it refused`);
  }
  const [, cause = ''] = message.split(`failed calling webhook "${seinodes}": `);
  return cause === '' ? unknown(message) : fail(`the API server does not reach it: ${cause}`, fix);
}
