import type { ValidatingWebhook, WebhookRule } from '../objects.ts';
import { fail, ofFindings, type Verdict } from '../verdict.ts';
import { applyWebhook, pairsOf } from './installed.ts';

/** Whether each webhook is asked about every operation that it judges: also DELETE, which closes by opening. */
export function webhookRules(webhooks: readonly ValidatingWebhook[]): Verdict {
  const findings = pairsOf(webhooks).flatMap(({ live, shipped }) => {
    const missing = askedOf(shipped.rules).filter(asked => !isAsked(live.rules, asked));
    return missing.map(
      ({ operation, resource, group }) =>
        `${live.name} is not asked about ${operation} of ${resource}${group === '' ? '' : `.${group}`}`,
    );
  });
  return ofFindings(findings, 'every operation that is judged is asked about', fail, applyWebhook);
}

type Asked = { readonly group: string; readonly resource: string; readonly operation: string };

function askedOf(rules: readonly WebhookRule[] = []): Asked[] {
  return rules.flatMap(({ apiGroups = [], resources = [], operations = [] }) =>
    apiGroups.flatMap(group =>
      resources.flatMap(resource => operations.map(operation => ({ group, resource, operation }))),
    ),
  );
}

/** Whether rules ask about something; `*` stands for all. */
export function isAsked(rules: readonly WebhookRule[] = [], { group, resource, operation }: Asked): boolean {
  return rules.some(
    ({ apiGroups = [], resources = [], operations = [] }) =>
      holds(apiGroups, group) &&
      (holds(resources, resource) || resources.includes('*/*')) &&
      holds(operations, operation),
  );
}

function holds(list: readonly string[], one: string): boolean {
  return list.includes('*') || list.includes(one);
}
