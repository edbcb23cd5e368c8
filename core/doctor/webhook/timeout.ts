import type { ValidatingWebhook } from '../objects.ts';
import { ofFindings, type Verdict, warn } from '../verdict.ts';
import { applyWebhook, pairsOf } from './installed.ts';

/** Whether every write waits no longer for an answer than it should. The API's own default is 10 s. */
export function webhookTimeout(webhooks: readonly ValidatingWebhook[]): Verdict {
  const findings = pairsOf(webhooks).flatMap(({ live, shipped }) => {
    const [seconds, wanted] = [live, shipped].map(({ timeoutSeconds = 10 }) => timeoutSeconds) as [
      number,
      number,
    ];
    if (seconds === wanted) return [];
    const effect =
      seconds > wanted
        ? 'a webhook that hangs holds up every write for as long'
        : 'a busy operator is cut off';
    return [`${live.name} has a timeout of ${seconds} s, not ${wanted} s: ${effect}`];
  });
  return ofFindings(findings, `${shippedSeconds(webhooks)} s each`, warn, applyWebhook);
}

function shippedSeconds(webhooks: readonly ValidatingWebhook[]): number {
  return pairsOf(webhooks)[0]?.shipped.timeoutSeconds ?? 10;
}
