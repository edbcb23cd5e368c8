import type { Phase, PlannedTask, SeiNode, TaskPlan } from '../seinode.ts';
import { conditionOf, tlsSecretName } from '../seinode.ts';
import { currentTask, inFlight, retryAt, settled } from './advance.ts';
import { appliedImage, imageUpdatePlan, initPlan, markReadyPlan } from './build.ts';
import { needOf } from './need.ts';
import type { Observed } from './observed.ts';
import { blocks, type SpecFault } from './spec-faults.ts';
import type { Step } from './step.ts';
import { taskKind } from './tasks.ts';

/** What becomes of a node: its phase, its plan, the image it is known to run, and what is to be done next. */
export type Decision = {
  readonly phase: Phase;
  readonly plan: TaskPlan | undefined;
  readonly currentImage: string | undefined;
  readonly step: Step;
};

/** The moment, and a UUID for the plan that may have to be made. */
export type Occasion = { readonly now: Date; readonly planID: string };

/**
 * What to do next for a node (contract §2, §3), of nothing but its object and what is observed: asked again after a
 * restart it says the same, asked after each outcome (`advance`) it leads the plan on.
 */
export function decide(node: SeiNode, observed: Observed, occasion: Occasion): Decision {
  const stored = node.status?.plan && settled(node.status.plan);
  const found: Found = { node, observed, occasion, stored, phase: phaseOf(node, stored) };
  if (node.metadata.deletionTimestamp) {
    return decided(found, { kind: 'terminating' }, { phase: 'Terminating' });
  }
  return stored?.phase === 'Active' ? continued(found, stored) : begun(found);
}

type Found = {
  readonly node: SeiNode;
  readonly observed: Observed;
  readonly occasion: Occasion;
  readonly stored: TaskPlan | undefined;
  readonly phase: Phase;
};

/** A plan that has ended says the phase; else status does. A node on its way out is never brought back. */
function phaseOf({ status }: SeiNode, plan: TaskPlan | undefined): Phase {
  const phase = status?.phase ?? 'Pending';
  if (plan?.phase === 'Complete') return plan.targetPhase ?? phase;
  if (plan?.phase === 'Failed') return plan.failedPhase ?? phase;
  return plan !== undefined && plan.failedPhase !== undefined ? 'Initializing' : phase;
}

function decided(found: Found, step: Step, changes: Partial<Decision> = {}): Decision {
  const { phase, stored } = found;
  return { phase, plan: stored, currentImage: currentImageOf(found), step, ...changes };
}

/**
 * An empty image is set and never rolled for (the reference rolls every new node for it). A plan says what it has
 * rolled out: spec may have moved on meanwhile.
 */
function currentImageOf({ node, observed, stored, phase }: Found): string | undefined {
  const known = node.status?.currentImage || undefined;
  const done = stored?.tasks.some(({ type, status }) => type === 'observe-image' && status === 'Complete');
  if (stored?.phase === 'Active' && done) return appliedImage(stored) ?? node.spec.image;
  if (known !== undefined || phase !== 'Running') return known;
  return (stored && appliedImage(stored)) ?? observed.image;
}

/** A stored plan goes on as it was made, unless spec has changed meanwhile and nothing of it is under way. */
function continued(found: Found, plan: TaskPlan): Decision {
  const task = currentTask(plan)!;
  // What a sidecar has begun goes on, unless it does not run: then another spec may be what lets it.
  if (specChanged(found.node) && !(inFlight(task) && !found.observed.sidecar.stopped)) {
    const anew = begun(found);
    if (anew.step.kind === 'created') return anew;
  }
  return decided(found, stepOf(found, plan, task));
}

function stepOf({ node, observed, occasion: { now } }: Found, plan: TaskPlan, task: PlannedTask): Step {
  if (taskKind(task.type) === undefined) {
    const message = `task ${task.type} of plan ${plan.id ?? 'without id'} is not served by this operator`;
    return { kind: 'stalled', reason: 'TaskNotServed', message };
  }
  if (touchesPod(task) && !gateOpen(node, observed)) return closedGate(observed);
  const until = retryAt(task);
  if (until !== undefined && until > now) {
    const message = `task ${task.type} failed and is tried again (${task.retryCount} of ${task.maxRetries ?? 0}): ${task.error}`;
    return { kind: 'failed', reason: 'TaskRetrying', message, until };
  }
  return inFlight(task) ? { kind: 'poll', task } : { kind: 'run', task };
}

/** The tasks after which a pod mounts the Secret anew. */
function touchesPod({ type }: PlannedTask): boolean {
  return type === 'apply-statefulset' || type === 'replace-pod';
}

/** The next plan, or none and why. */
function begun(found: Found): Decision {
  const { node, observed, occasion, stored, phase } = found;
  const currentImage = currentImageOf(found);
  const changed = specChanged(node);
  const need = needOf({ node, observed, stored, phase, currentImage, changed, now: occasion.now });
  if (need.plan === undefined) return decided(found, need.step);
  const resumed = phase === 'Failed' ? { phase: 'Pending' as const, plan: undefined } : {};
  const fault = observed.faults.find(each => blocks(each, need.plan === 'init' ? 'init' : 'other'));
  if (fault !== undefined) return decided(found, notServed(fault), resumed);
  if (!gateOpen(node, observed)) return decided(found, closedGate(observed), resumed);
  const plan = planOf[need.plan](found);
  // What ran before an init plan is no longer known to run.
  const anew = need.plan === 'init' ? { phase: 'Initializing' as const, currentImage: undefined } : {};
  return decided(found, { kind: 'created' }, { ...anew, plan });
}

const planOf = {
  init: ({ node, observed: { bootstrapped, pod }, occasion: { planID } }: Found) =>
    initPlan(node, planID, { bootstrapped, pod }),
  'image update': ({ node, occasion: { planID } }: Found) => imageUpdatePlan(node, planID),
  'mark-ready': ({ node, occasion: { planID } }: Found) => markReadyPlan(node, planID),
} as const;

/** Whether spec is another than the one that was last acted on; not where nobody has acted on it. */
export function specChanged({ metadata, status }: SeiNode): boolean {
  const acted = conditionOf(status, 'Progressing')?.observedGeneration;
  return acted !== undefined && acted !== metadata.generation;
}

/** Without TLS there is no gate; with it, only a verdict of True opens it (contract §2). */
export function gateOpen(node: SeiNode, { verdict }: Observed): boolean {
  return tlsSecretName(node) === undefined || verdict?.status === 'True';
}

function closedGate({ verdict }: Observed): Step {
  const why = verdict === undefined ? 'not known yet' : `${verdict.status} (${verdict.reason})`;
  return { kind: 'waiting', reason: 'GateClosed', message: `SidecarTLSSecretReady is ${why}` };
}

function notServed({ field, message }: SpecFault): Step {
  return { kind: 'stalled', reason: 'SpecNotServed', message: `${field} ${message}` };
}
