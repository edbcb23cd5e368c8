import { conditionReasons } from '../conditions.ts';
import { publicPort } from '../listeners.ts';
import type { ConditionChanges, ConditionFacts } from '../merge-conditions.ts';
import { conditionOf, type SeiNode, type TaskPlan, tlsSecretName } from '../seinode.ts';
import { currentTask } from './advance.ts';
import type { Decision } from './decide.ts';
import { closedSince, heldMessage } from './gate.ts';
import { peersOf } from './given-peers.ts';
import { failureOf, settlesAt } from './need.ts';
import type { Observed } from './observed.ts';
import { peersCondition } from './peers-condition.ts';
import { appliedImage, planKind } from './plan-kind.ts';
import type { Step } from './step.ts';

/** The conditions that follow from a decision and what it was made of; those of tasks are theirs to find. */
export function foundConditions(
  node: SeiNode,
  observed: Observed,
  decision: Decision,
  now: Date,
): ConditionChanges {
  const found: ConditionChanges = {
    SidecarTLSSecretReady: gateCondition(node, observed, decision, now),
    SidecarReady: sidecarCondition(observed, decision, now),
    NodeUpdateInProgress: updateCondition(node, decision),
    PeersCurrent: peersCurrent(node, observed, decision),
    SpecServed: servedCondition(observed),
    SidecarImagePinned: pinnedCondition(node),
    SidecarNetworkPolicyReady: observed.posture,
    ...notAsked(node),
  };
  return { ...withGeneration(found, node.metadata.generation), Progressing: progressing(node, decision) };
}

function withGeneration(found: ConditionChanges, observedGeneration: number | undefined): ConditionChanges {
  const entries = Object.entries(found).map(([type, facts]) => [
    type,
    facts && { ...facts, observedGeneration },
  ]);
  return Object.fromEntries(entries);
}

function gateCondition(node: SeiNode, { verdict }: Observed, { step }: Decision, now: Date): Finding {
  if (tlsSecretName(node) === undefined) return null;
  if (verdict === undefined) return undefined;
  const { status, reason } = verdict;
  const held = step.kind === 'waiting' && step.reason === 'GateClosed';
  const since = closedSince(conditionOf(node.status, 'SidecarTLSSecretReady'), now);
  return { status, reason, message: held ? heldMessage(verdict, since, now) : verdict.message };
}

/** null: the condition does not apply; undefined: nothing new is known of it. */
type Finding = ConditionFacts | null | undefined;

/** While the kubelet has not probed since mark-ready, an unready sidecar is no news. */
function sidecarCondition({ sidecar }: Observed, { phase, plan }: Decision, now: Date): Finding {
  const reasons = conditionReasons.SidecarReady;
  if (phase !== 'Running') return null;
  if (sidecar.ready === undefined) {
    const message = 'the Pod has no status of a running sei-sidecar';
    return { status: 'Unknown', reason: reasons.unknown, message };
  }
  if (sidecar.ready)
    return { status: 'True', reason: reasons.ready, message: 'the sidecar answers its readiness probe' };
  const settles = settlesAt(sidecar, plan);
  if (settles !== undefined && settles > now) return undefined;
  const message = 'the sidecar runs and fails its readiness probe; it is told mark-ready again';
  return { status: 'False', reason: reasons.notReady, message };
}

function updateCondition(node: SeiNode, { plan }: Decision): Finding {
  const reasons = conditionReasons.NodeUpdateInProgress;
  const open = conditionOf(node.status, 'NodeUpdateInProgress')?.status === 'True';
  if (plan === undefined || planKind(plan) !== 'image update') {
    const message = 'no image update is under way';
    return open ? { status: 'False', reason: reasons.complete, message } : undefined;
  }
  const id = `plan ${plan.id ?? 'without id'}`;
  if (plan.phase === 'Complete')
    return { status: 'False', reason: reasons.complete, message: `${id} is complete` };
  if (plan.phase === 'Failed')
    return { status: 'False', reason: reasons.failed, message: `${id}: ${failureOf(plan)}` };
  const image = appliedImage(plan) ?? node.spec.image;
  return { status: 'True', reason: reasons.started, message: `${id} rolls out ${image}` };
}

function peersCurrent(node: SeiNode, observed: Observed, { phase, plan }: Decision): Finding {
  return phase === 'Running' ? peersCondition(node, peersOf(node, observed, plan)) : null;
}

function servedCondition({ faults }: Observed): Finding {
  if (faults.length === 0) return null;
  const reason = faults.find(fault => fault.reason === 'FieldInvalid')?.reason ?? 'FieldNotServed';
  const message = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  return { status: 'False', reason, message };
}

function pinnedCondition({ spec }: SeiNode): Finding {
  const image = spec.sidecar?.image;
  if (!image) return null;
  const message = `spec.sidecar.image is ${image}: it must serve the probes on ${publicPort}, or the next plan's pod never gets ready`;
  return { status: 'True', reason: conditionReasons.SidecarImagePinned.pinned, message };
}

/** The conditions of what a spec does not ask for. */
function notAsked({ spec: { dataVolume, validator } }: SeiNode): ConditionChanges {
  return {
    ...(!dataVolume?.import && { ImportPVCReady: null }),
    ...(!validator?.signingKey && { SigningKeyReady: null }),
    ...(!validator?.nodeKey && { NodeKeyReady: null }),
    ...(!validator?.operatorKeyring && { OperatorKeyringReady: null }),
  };
}

/**
 * What the operator does for the node. Its generation is that of the spec that was last acted on: it stands still while
 * a plan runs and after one has failed, and by that a change of spec is told (`specChanged`).
 */
function progressing(node: SeiNode, { plan, step }: Decision): Finding {
  if (step.kind === 'terminating') return terminating(step);
  const acted = conditionOf(node.status, 'Progressing')?.observedGeneration;
  const stands = step.kind !== 'created' && (plan?.phase === 'Active' || plan?.phase === 'Failed');
  const observedGeneration = stands ? (acted ?? node.metadata.generation) : node.metadata.generation;
  return { ...told(plan, step), observedGeneration };
}

function terminating({ message }: Extract<Step, { kind: 'terminating' }>): Finding {
  const { terminating: reason } = conditionReasons.Progressing;
  return message === undefined ? undefined : { status: 'True', reason, message };
}

function told(plan: TaskPlan | undefined, step: Step): ConditionFacts {
  const reasons = conditionReasons.Progressing;
  if ('reason' in step) {
    const ended = step.reason === 'NothingObserved' ? 'Unknown' : 'False';
    return { status: plan?.phase === 'Active' ? 'True' : ended, reason: step.reason, message: step.message };
  }
  if (plan?.phase !== 'Active') {
    return { status: 'False', reason: reasons.complete, message: 'nothing is to be done' };
  }
  const message = `${planKind(plan)} plan ${plan.id ?? 'without id'}, at ${currentTask(plan)?.type}`;
  return { status: 'True', reason: reasons.active, message };
}
