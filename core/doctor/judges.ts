import { admissionPolicies } from './admission-policies.ts';
import { nodeNamespaces, ourWebhooks } from './derived.ts';
import type { Facts } from './facts.ts';
import { gatekeeperExemptions } from './gatekeeper/exemptions.ts';
import type { Gatekeeper } from './gatekeeper/facts.ts';
import { gatekeeperOf } from './gatekeeper/installed.ts';
import type { ValidatingWebhook } from './objects.ts';
import { operatorLeader } from './operator/leader.ts';
import { seiNodeDeployments } from './operator/seinodedeployments.ts';
import { operatorSingle } from './operator/single.ts';
import { policySettings } from './policy-settings.ts';
import { known, skipped, type Verdict } from './verdict.ts';
import { webhookCertificate } from './webhook/certificate.ts';
import { webhookEndpoints } from './webhook/endpoints.ts';
import { webhookInstalled } from './webhook/installed.ts';
import { webhookReachable } from './webhook/reachable.ts';
import { webhookSelectors } from './webhook/selectors.ts';
import { webhookNames } from './webhook/shipped.ts';

/** What a check makes of the facts. */
export type Judge = (facts: Facts) => Verdict;

/** Who leads, where there is an operator. */
export function leader({ operators, leases, shardLeases, now }: Facts): Verdict {
  return operators.ok && operators.value.length === 0
    ? skipped('no operator is deployed')
    : known(leases, held => known(shardLeases, shards => operatorLeader(held, shards, now)));
}

/** Needs Deployments, Leases and nodes: the first that could not be read is the reason. */
export function single({ operators, leases, nodes, now }: Facts): Verdict {
  return known(operators, deployments =>
    known(leases, held => known(nodes, all => operatorSingle(deployments, held, all, now))),
  );
}

/** Of SeiNodeDeployments, their nodes, and who reconciles them. */
export function deployments({ seiNodeDeployments: read, nodes, operators }: Facts): Verdict {
  return known(read, found =>
    // Where there are none it makes no difference who would reconcile them.
    found.length === 0
      ? seiNodeDeployments(found, [], [])
      : known(operators, deployed => known(nodes, all => seiNodeDeployments(found, all, deployed))),
  );
}

/** Our webhook, or Gatekeeper in its place. */
export function installed(facts: Facts): Verdict {
  const gatekeeper = gatekeeperOf(facts.gatekeeper, facts.webhooks);
  const isReplaced = gatekeeper.ok && (gatekeeper.value?.constraints.length ?? 0) > 0;
  return known(ourWebhooks(facts), webhooks => webhookInstalled(webhooks, isReplaced));
}

/** Where nodes cannot be read, who is exempt is a matter of webhook-selectors. */
export function settings(facts: Facts): Verdict {
  const guarded = facts.nodes.ok ? facts.nodes.value.map(({ metadata }) => metadata.namespace) : [];
  return known(facts.policySettings, found => policySettings(found, [...new Set(guarded)].toSorted()));
}

type WebhookJudge = (webhooks: readonly ValidatingWebhook[], facts: Facts) => Verdict;

/** A check of the webhooks that are there. */
export function ofWebhooks(judge: WebhookJudge): Judge {
  return facts =>
    known(ourWebhooks(facts), webhooks =>
      webhooks === undefined ? skipped('the webhook is not installed') : judge(webhooks, facts),
    );
}

/** Selectors, against the namespaces of nodes and the parameters. */
export function selectors(webhooks: readonly ValidatingWebhook[], facts: Facts): Verdict {
  return known(nodeNamespaces(facts), namespaces =>
    known(facts.policySettings, ({ parameters }) => webhookSelectors(webhooks, { namespaces, parameters })),
  );
}

/** What is served, by each caBundle. */
export function certificate(webhooks: readonly ValidatingWebhook[], { certificate, now }: Facts): Verdict {
  return webhookCertificate(webhooks, certificate, now);
}

/** The Service behind the webhooks. */
export function endpoints(webhooks: readonly ValidatingWebhook[], facts: Facts): Verdict {
  return known(facts.endpoints, slices => webhookEndpoints(webhooks, slices));
}

/** The webhook of SeiNodes, by the probe. */
export function reachable(webhooks: readonly ValidatingWebhook[], { probe }: Facts): Verdict {
  const webhook = webhooks.find(({ name }) => name === webhookNames.seinodes);
  return webhookReachable(webhook, probe);
}

type GatekeeperJudge = (gatekeeper: Gatekeeper, facts: Facts) => Verdict;

/** A check of Gatekeeper, where it is. */
export function ofGatekeeper(judge: GatekeeperJudge): Judge {
  return facts =>
    known(gatekeeperOf(facts.gatekeeper, facts.webhooks), gatekeeper =>
      gatekeeper === undefined ? skipped('Gatekeeper is not installed') : judge(gatekeeper, facts),
    );
}

/** Of what only the bundle of this project needs. */
export function ofBundle(judge: GatekeeperJudge): Judge {
  return ofGatekeeper((gatekeeper, facts) =>
    gatekeeper.templates.length === 0
      ? skipped('the bundle of this project is not installed in Gatekeeper')
      : judge(gatekeeper, facts),
  );
}

/** What Gatekeeper leaves out, against the namespaces of nodes. */
export function exemptions(gatekeeper: Gatekeeper, facts: Facts): Verdict {
  return known(nodeNamespaces(facts), namespaces => gatekeeperExemptions(gatekeeper, namespaces));
}

/** ValidatingAdmissionPolicies and their bindings, against the shipped ones. */
export function policies({ admissionPolicies: read, admissionBindings, shipped }: Facts): Verdict {
  return known(read, found =>
    known(admissionBindings, bindings => admissionPolicies(found, bindings, shipped.admissionBindings)),
  );
}
