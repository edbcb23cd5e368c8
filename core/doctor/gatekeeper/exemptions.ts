import type { Labels } from '../../network/network-policy.ts';
import { ofFindings, type Verdict, warn } from '../verdict.ts';
import { isAskedIn } from '../webhook/selectors.ts';
import type { Gatekeeper } from './facts.ts';
import { nameOf } from './templates.ts';
import { webhookOf } from './webhook.ts';

/** Whether a namespace that holds nodes is exempt: by Config, by a constraint or by the webhook's selector. */
export function gatekeeperExemptions(
  gatekeeper: Gatekeeper,
  namespaces: ReadonlyMap<string, Labels>,
): Verdict {
  const webhook = webhookOf(gatekeeper);
  const findings = [...namespaces].flatMap(([name, labels]) => [
    ...(webhook !== undefined && !isAskedIn(webhook, name, labels)
      ? [`the namespaceSelector of ${webhook.name} leaves out ${name}, which holds nodes`]
      : []),
    ...gatekeeper.configs
      .filter(config => isExempt(config.spec?.match, name))
      .map(({ metadata }) => `Config ${metadata.name} exempts ${name}, which holds nodes`),
    ...gatekeeper.constraints
      .filter(({ spec }) => isAmong(spec?.match?.excludedNamespaces, name))
      .map(constraint => `${nameOf(constraint)} exempts ${name}, which holds nodes`),
  ]);
  return ofFindings(findings, 'no namespace of nodes is exempt', warn, 'take it out of the exemptions');
}

function isExempt(
  match: NonNullable<Gatekeeper['configs'][number]['spec']>['match'] = [],
  namespace: string,
): boolean {
  return match.some(
    ({ excludedNamespaces, processes = [] }) =>
      processes.some(process => process === '*' || process === 'webhook') &&
      isAmong(excludedNamespaces, namespace),
  );
}

/** A `*` stands for any end, or any beginning (Gatekeeper, util.Wildcard). */
function isAmong(patterns: readonly string[] = [], namespace: string): boolean {
  return patterns.some(pattern => {
    if (pattern.endsWith('*')) return namespace.startsWith(pattern.slice(0, -1));
    return pattern.startsWith('*') ? namespace.endsWith(pattern.slice(1)) : pattern === namespace;
  });
}
