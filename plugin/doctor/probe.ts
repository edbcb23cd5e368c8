import type { Client } from '../../cluster/client.ts';
import { apiVersionOf, seiNodes } from '../../cluster/resource.ts';
import { create } from '../../cluster/write.ts';
import { nodeNamespaces, ourWebhooks } from '../../core/doctor/derived.ts';
import type { Facts, Probe } from '../../core/doctor/facts.ts';
import { isAskedIn } from '../../core/doctor/webhook/selectors.ts';
import { webhookNames } from '../../core/doctor/webhook/shipped.ts';
import { fieldManager } from '../../core/toggle/managers.ts';
import { attempted } from './reading.ts';

/** A node that nothing is wrong with: what refuses it is asked, and nothing of it is kept. */
const node = {
  apiVersion: apiVersionOf(seiNodes),
  kind: seiNodes.kind,
  metadata: { generateName: 'seinode-doctor-' },
  spec: { chainId: 'doctor', image: 'doctor', fullNode: {} },
};

/**
 * Has the API server ask the webhook: by a dry run, where the webhook is asked about what is created.
 *
 * @param preferred where the caller works. @returns undefined where there is no webhook, or no namespace for it.
 */
export async function probe(
  client: Client,
  facts: Pick<Facts, 'webhooks' | 'nodes' | 'namespaces'>,
  preferred: string | undefined,
): Promise<Probe | undefined> {
  const webhooks = ourWebhooks(facts);
  const webhook = webhooks.ok && webhooks.value?.find(({ name }) => name === webhookNames.seinodes);
  if (!webhook) return undefined;
  const named = nodeNamespaces(facts);
  const candidates = [...(named.ok ? named.value.keys() : []), preferred ?? 'default', 'default'];
  const labelsOf = (name: string) => (facts.namespaces.ok ? facts.namespaces.value.get(name) : {}) ?? {};
  const namespace = candidates.find(name => isAskedIn(webhook, name, labelsOf(name)));
  if (namespace === undefined) return undefined;
  const scope = { resource: seiNodes, namespace, dryRun: true };
  const answered = await attempted(() => create(client, scope, node, fieldManager));
  return {
    namespace,
    answer: answered.ok ? { outcome: 'accepted' } : { outcome: 'refused', message: answered.error },
  };
}
