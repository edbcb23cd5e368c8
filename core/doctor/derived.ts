import type { Labels } from '../network/network-policy.ts';
import { type Result, success } from '../result.ts';
import type { Facts } from './facts.ts';
import { type ValidatingWebhook, webhooksOf } from './objects.ts';
import { webhookNames } from './webhook/shipped.ts';

/** Our webhooks; undefined where there is no configuration of them. */
export function ourWebhooks({
  webhooks,
}: Pick<Facts, 'webhooks'>): Result<readonly ValidatingWebhook[] | undefined> {
  return webhooksOf(webhooks, webhookNames.configuration);
}

/** The namespaces that hold nodes, with their labels. */
export function nodeNamespaces({
  nodes,
  namespaces,
}: Pick<Facts, 'nodes' | 'namespaces'>): Result<ReadonlyMap<string, Labels>> {
  if (!nodes.ok) return nodes;
  if (!namespaces.ok) return namespaces;
  const names = new Set(nodes.value.map(({ metadata }) => metadata.namespace));
  return success(new Map([...names].toSorted().map(name => [name, namespaces.value.get(name) ?? {}])));
}
