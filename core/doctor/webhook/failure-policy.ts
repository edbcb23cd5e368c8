import type { ValidatingWebhook } from '../objects.ts';
import { fail, ofFindings, type Verdict, warn } from '../verdict.ts';
import { applyWebhook, pairsOf } from './installed.ts';

/** Whether an outage of the operator lets through what must not be, or stops what must not stop (ADR 29). */
export function webhookFailurePolicy(webhooks: readonly ValidatingWebhook[]): Verdict {
  const wrong = pairsOf(webhooks).filter(({ live, shipped }) => policyOf(live) !== policyOf(shipped));
  const open = wrong.filter(({ live }) => policyOf(live) === 'Ignore');
  if (open.length > 0) {
    const findings = open.map(
      ({ live }) => `${live.name} has failurePolicy Ignore: while the operator is away, everything passes`,
    );
    return ofFindings(findings, '', fail, applyWebhook);
  }
  const closed = wrong.map(
    ({ live }) =>
      `${live.name} has failurePolicy Fail: an outage of the operator stops what must go on, such as renewals and pods`,
  );
  return ofFindings(closed, 'as decided for each webhook', warn, applyWebhook);
}

/** Fail is the API's default. */
function policyOf({ failurePolicy = 'Fail' }: ValidatingWebhook): string {
  return failurePolicy;
}
