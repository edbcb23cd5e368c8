import { type Result, success } from '../../result.ts';
import type { Facts } from '../facts.ts';
import { webhooksOf } from '../objects.ts';
import { type Gatekeeper, type GatekeeperFacts, gatekeeperNames, isOurTemplate } from './facts.ts';

/**
 * Gatekeeper; undefined where nothing of it is seen. Where its kinds are served, what could not be read of it is an error;
 * where they are not, it is not there.
 */
export function gatekeeperOf(
  { isServed, deployments, templates, constraints, configs, syncSets }: GatekeeperFacts,
  read: Facts['webhooks'],
): Result<Gatekeeper | undefined> {
  const webhooks = webhooksOf(read, gatekeeperNames.configuration);
  if (!isServed.ok) return isServed;
  const isSeen = (deployments.ok && deployments.value.length > 0) || (webhooks.ok && webhooks.value);
  if (!isServed.value && !isSeen) return success(undefined);
  if (!deployments.ok) return deployments;
  if (!webhooks.ok) return webhooks;
  if (!templates.ok) return templates;
  if (!constraints.ok) return constraints;
  if (!configs.ok) return configs;
  if (!syncSets.ok) return syncSets;
  const ours = templates.value.filter(isOurTemplate);
  const kinds = new Set(ours.map(({ spec }) => spec?.crd?.spec?.names?.kind));
  return success({
    deployments: deployments.value,
    webhooks: webhooks.value,
    templates: ours,
    constraints: constraints.value.filter(({ kind }) => kinds.has(kind)),
    configs: configs.value,
    syncSets: syncSets.value,
  });
}
