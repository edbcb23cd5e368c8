import { type ConditionChanges, mergeConditions } from '../merge-conditions.ts';
import { requiredDNSNames, type SeiNode, type SeiNodeStatus, tlsSecretName } from '../seinode.ts';
import { timestamp } from '../timestamp.ts';
import type { Decision } from './decide.ts';
import { foundConditions } from './found-conditions.ts';
import { givenBy, givenPeers } from './given-peers.ts';
import type { Observed } from './observed.ts';

/**
 * The whole status of a node after a decision (contract §1). Fields of others, such as externalAddress, stay.
 *
 * @param found what tasks and steps found out beside: ImportPVCReady, SigningKeyReady ….
 */
export function nextStatus(
  node: SeiNode,
  observed: Observed,
  decision: Decision,
  found: ConditionChanges,
  now: Date,
): SeiNodeStatus {
  const {
    plan,
    sidecarTLS,
    currentImage,
    resolvedPeers,
    appliedPeers: _,
    phaseTransitionTime,
    conditions: old,
    ...kept
  } = node.status ?? {};
  const changes = { ...foundConditions(node, observed, decision, now), ...found };
  const conditions = mergeConditions(old ?? [], changes, now);
  const peers = observed.resolvedPeers ?? resolvedPeers ?? [];
  const given = givenBy(decision.plan) === undefined ? givenPeers(node.status) : undefined;
  const transition = kept.phase === decision.phase ? phaseTransitionTime : timestamp(now);
  return {
    ...kept,
    phase: decision.phase,
    ...(transition && { phaseTransitionTime: transition }),
    ...(decision.currentImage && { currentImage: decision.currentImage }),
    ...(conditions.length > 0 && { conditions }),
    ...(decision.plan && { plan: decision.plan }),
    ...(peers.length > 0 && { resolvedPeers: peers }),
    ...(given && { appliedPeers: given }),
    ...tlsStatus(node),
  };
}

/** status.sidecarTLS, exactly when TLS is on. */
function tlsStatus(node: SeiNode): Pick<SeiNodeStatus, 'sidecarTLS'> {
  const secretName = tlsSecretName(node);
  const { name, namespace } = node.metadata;
  if (secretName === undefined) return {};
  return { sidecarTLS: { secretName, requiredDNSNames: requiredDNSNames(name, namespace) } };
}
