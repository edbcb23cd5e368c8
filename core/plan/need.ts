import type { Phase, SeiNode, TaskPlan } from '../seinode.ts';
import { failedAt } from './advance.ts';
import { mayBeGiven, peersOf } from './given-peers.ts';
import { isMendable } from './mendable.ts';
import type { Observed, SidecarState } from './observed.ts';
import { planKind } from './plan-kind.ts';
import type { Step } from './step.ts';

/** The plan that a node needs, or none and why. */
export type Need =
  | { readonly plan: 'init' | 'image update' | 'mark-ready' | 'peers' }
  | { readonly plan?: undefined; readonly step: Step };

/** What the need is told from. `changed`: spec is another than the one last acted on. */
export type Situation = {
  readonly node: SeiNode;
  readonly observed: Observed;
  readonly stored: TaskPlan | undefined;
  readonly phase: Phase;
  readonly currentImage: string | undefined;
  readonly changed: boolean;
  readonly now: Date;
};

/** A plan of a Running node that failed is made anew after this long, or as spec changes. */
const planRetryDelay = 60_000;
/** The kubelet probes only now and then: so long after mark-ready an unready sidecar is given time. */
const settleDelay = 60_000;
/** So long after mark-ready a container that started since is not told again. */
const restartDelay = 10_000;
/** So often it is looked whether what failed a plan is mended, should nothing that is watched tell sooner. */
const mendedDelay = 30_000;

/** Which plan a node without one needs (contract §3): the gate is not asked here. */
export function needOf(situation: Situation): Need {
  const { phase, changed, stored } = situation;
  if (phase === 'Running') return runningNeed(situation);
  if (phase !== 'Failed' || changed || situation.observed.mended) return { plan: 'init' };
  return isMendable(stored) ? failedOfACheck(situation) : failedForGood(stored);
}

function failedForGood(plan: TaskPlan | undefined): Need {
  const message = `${failureOf(plan)}; a change of spec starts another plan`;
  return { step: { kind: 'stalled', reason: 'PlanFailed', message } };
}

/** A PersistentVolume is not watched: only time tells that it is another. */
function failedOfACheck({ stored, now }: Situation): Need {
  const message = `${failureOf(stored)}; as soon as that is mended, or spec changed, another plan starts`;
  const until = new Date(now.getTime() + mendedDelay);
  return { step: { kind: 'failed', reason: 'PlanFailed', message, until } };
}

function runningNeed(situation: Situation): Need {
  const { node, currentImage } = situation;
  if (currentImage === undefined) {
    const message = 'no pod is seen that would tell which image runs';
    return { step: { kind: 'waiting', reason: 'NothingObserved', message } };
  }
  if (node.spec.image !== currentImage || unfinished(situation.stored)) {
    return unlessTooEarly({ plan: 'image update' }, situation);
  }
  const need = readinessNeed(situation);
  const isSteady = need.plan === undefined && need.step.kind === 'steady' && need.step.until === undefined;
  return isSteady && wishesPeers(situation) ? unlessTooEarly({ plan: 'peers' }, situation) : need;
}

/** Its readiness goes first: without it seid does not run. */
function wishesPeers({ node, observed, stored }: Situation): boolean {
  return mayBeGiven(node, peersOf(node, observed, stored));
}

/** Whether a plan may have left the StatefulSet with another image than spec or status say. */
function unfinished(plan: TaskPlan | undefined): boolean {
  return plan !== undefined && plan.phase !== 'Complete' && planKind(plan) === 'image update';
}

function unlessTooEarly(need: Need, { stored, changed, now }: Situation): Need {
  // That peers could not be found is no reason to leave a node without readiness.
  const isOther = stored && planKind(stored) === 'peers' && need.plan !== 'peers';
  const failure = stored && !changed && !isOther ? failedAt(stored) : undefined;
  const until = new Date((failure?.getTime() ?? Number.NEGATIVE_INFINITY) + planRetryDelay);
  if (!(until > now)) return need;
  const message = `${failureOf(stored)}; another plan follows`;
  return { step: { kind: 'failed', reason: 'PlanFailed', message, until } };
}

/** What a failed plan failed of, as one clause. */
export function failureOf(plan: TaskPlan | undefined): string {
  const detail = plan?.failedTaskDetail;
  return detail ? `task ${detail.type} failed: ${detail.error}` : 'the plan failed';
}

function readinessNeed(situation: Situation): Need {
  const { observed, stored, now } = situation;
  const until = settlesAt(observed.sidecar, stored);
  if (observed.sidecar.ready !== false) return { step: { kind: 'steady' } };
  if (until !== undefined && until > now) return { step: { kind: 'steady', until } };
  return unlessTooEarly({ plan: 'mark-ready' }, situation);
}

/**
 * Until when an unready sidecar may just not have been probed since its last mark-ready; undefined where none was sent.
 * A container that started since is told soon, and not at once: the kubelet's clock may be ahead of ours.
 */
export function settlesAt({ startedAt }: SidecarState, plan: TaskPlan | undefined): Date | undefined {
  const sent = plan?.tasks.findLast(
    ({ type, status }) => type === 'mark-ready' && status === 'Complete',
  )?.submittedAt;
  if (sent === undefined) return undefined;
  const isAnother = startedAt !== undefined && Date.parse(startedAt) > Date.parse(sent);
  return new Date(Date.parse(sent) + (isAnother ? restartDelay : settleDelay));
}
