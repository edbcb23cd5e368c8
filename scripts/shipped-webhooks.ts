import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { ValidatingWebhook, ValidatingWebhookConfiguration } from '../core/doctor/objects.ts';

/** The operator's webhooks as its manifests have them, but for how they are reached: `doctor` holds a cluster's against them. @param root of the repository. */
export function shippedWebhooks(root: string): ValidatingWebhook[] {
  const text = readFileSync(join(root, 'operator/manifests/webhook/configuration.yaml'), 'utf8');
  const { webhooks = [] } = load(text) as ValidatingWebhookConfiguration;
  return webhooks.map(
    ({ name, failurePolicy, timeoutSeconds, rules, namespaceSelector, objectSelector, matchConditions }) =>
      ({
        ...{ name, failurePolicy, timeoutSeconds, rules, namespaceSelector, objectSelector, matchConditions },
      }) as ValidatingWebhook,
  );
}
