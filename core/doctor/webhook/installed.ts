import type { ValidatingWebhook } from '../objects.ts';
import { fail, pass, type Verdict, warn } from '../verdict.ts';
import { shippedWebhooks, webhookNames } from './shipped.ts';

/** What mends every fault of the configuration. */
export const applyWebhook = 'kubectl apply --server-side --force-conflicts -f operator/manifests/webhook';

/**
 * Whether every webhook of the operator is there.
 *
 * @param webhooks undefined where there is no configuration. @param replaced whether Gatekeeper enforces the same rules.
 */
export function webhookInstalled(
  webhooks: readonly ValidatingWebhook[] | undefined,
  replaced: boolean,
): Verdict {
  const what = `ValidatingWebhookConfiguration ${webhookNames.configuration}`;
  if (webhooks === undefined) {
    return replaced
      ? warn(
          `there is no ${what}: Gatekeeper's constraints alone guard the nodes`,
          `${applyWebhook}, or leave it at that`,
        )
      : fail(
          `there is no ${what}: nothing refuses an edit that opens a port or breaks a certificate`,
          applyWebhook,
        );
  }
  const missing = shippedWebhooks.filter(({ name }) => !webhooks.some(found => found.name === name));
  return missing.length === 0
    ? pass(`${what} has all ${shippedWebhooks.length} webhooks`)
    : fail(`${what} lacks ${missing.map(({ name }) => name).join(', ')}`, applyWebhook);
}

/** Each webhook that is there beside what it should be. */
export function pairsOf(
  webhooks: readonly ValidatingWebhook[],
): { readonly live: ValidatingWebhook; readonly shipped: ValidatingWebhook }[] {
  return shippedWebhooks.flatMap(shipped => {
    const live = webhooks.find(({ name }) => name === shipped.name);
    return live === undefined ? [] : [{ live, shipped }];
  });
}
