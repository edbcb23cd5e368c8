import type { Phase, SeiNode, TaskPlan } from '../seinode.ts';
import { failedAt } from './advance.ts';
import { planKind } from './build.ts';
import type { Observed, SidecarState } from './observed.ts';
import type { Step } from './step.ts';

/** The plan that a node needs, or none and why. */
export type Need =
  | { readonly plan: 'init' | 'image update' | 'mark-ready' }
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

/** Which plan a node without one needs (contract §3): the gate is not asked here. */
export function needOf(situation: Situation): Need {
  const { phase, changed, stored } = situation;
  if (phase === 'Running') return runningNeed(situation);
  return phase === 'Failed' && !changed ? failedForGood(stored) : { plan: 'init' };
}

function failedForGood(plan: TaskPlan | undefined): Need {
  const message = `${failureOf(plan)}; a change of spec starts another plan`;
  return { step: { kind: 'stalled', reason: 'PlanFailed', message } };
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
  return readinessNeed(situation);
}

/** Whether a plan may have left the StatefulSet with another image than spec or status say. */
function unfinished(plan: TaskPlan | undefined): boolean {
  return plan !== undefined && plan.phase !== 'Complete' && planKind(plan) === 'image update';
}

function unlessTooEarly(need: Need, { stored, changed, now }: Situation): Need {
  const failure = stored && !changed ? failedAt(stored) : undefined;
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
  const sent = plan?.tasks.find(
    ({ type, status }) => type === 'mark-ready' && status === 'Complete',
  )?.submittedAt;
  if (sent === undefined) return undefined;
  const isAnother = startedAt !== undefined && Date.parse(startedAt) > Date.parse(sent);
  return new Date(Date.parse(sent) + (isAnother ? restartDelay : settleDelay));
}
