import type { Phase, PlannedTask, SeiNode, TaskPlan } from '../seinode.ts';
import { conditionOf } from '../seinode.ts';
import { currentTask, hasDone, inFlight, settled } from './advance.ts';
import { hasBootstrapped, isBootstrapping, leavesJob, markedReadyAgain } from './bootstrap.ts';
import { imageUpdatePlan, initPlan, markReadyPlan, peersPlan } from './build.ts';
import { needOf } from './need.ts';
import type { Observed } from './observed.ts';
import { appliedImage, planKind } from './plan-kind.ts';
import { blocks, type SpecFault } from './spec-faults.ts';
import type { Step } from './step.ts';
import { closedGate, gateOpen, taskStep, touchesPod } from './task-step.ts';

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
  // A null counts as absent, as the API server has it.
  const stored = node.status?.plan ? settled(node.status.plan) : undefined;
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
 * rolled out, for one of the reference its pod does: spec may have moved on meanwhile.
 */
function currentImageOf({ node, observed, stored, phase }: Found): string | undefined {
  const known = node.status?.currentImage || undefined;
  if (stored?.phase === 'Active' && hasDone(stored, 'observe-image')) {
    return appliedImage(stored) ?? observed.image ?? node.spec.image;
  }
  if (known !== undefined || phase !== 'Running') return known;
  return (stored && appliedImage(stored)) ?? observed.image;
}

/** A stored plan goes on as it was made, unless another takes its place. */
function continued(found: Found, plan: TaskPlan): Decision {
  const { node, observed, occasion } = found;
  const task = currentTask(plan)!;
  const other = afterChange(found, plan, task) ?? beforePeers(found, plan, task);
  if (other !== undefined) return other;
  const again = markedReadyAgain(plan, observed, occasion.now);
  if (again !== undefined) return decided(found, { kind: 'run', task: currentTask(again)! }, { plan: again });
  return decided(found, taskStep(node, observed, plan, task, occasion.now));
}

/** The plan of a spec that has changed meanwhile, unless something of the present one is under way. */
function afterChange(found: Found, plan: TaskPlan, task: PlannedTask): Decision | undefined {
  if (!specChanged(found.node) || isUnderWay(found, plan, task)) return undefined;
  const anew = begun(found);
  // Pods are made of the present spec: one that no plan would be made of makes none.
  const isHeld = anew.step.kind === 'stalled' && touchesPod(task);
  return anew.step.kind === 'created' || isHeld ? anew : undefined;
}

/** Readiness goes first: without it seid does not run, and peers that are gone by now would be waited for. */
function beforePeers(found: Found, plan: TaskPlan, task: PlannedTask): Decision | undefined {
  if (planKind(plan) !== 'peers' || inFlight(task)) return undefined;
  const anew = begun(found);
  const isOther = anew.plan !== undefined && planKind(anew.plan) !== 'peers';
  return anew.step.kind === 'created' && isOther ? anew : undefined;
}

/**
 * What a sidecar has begun goes on, unless it does not run: then another spec may be what lets it. So does a bootstrap that
 * spec would begin again just so.
 */
function isUnderWay({ observed }: Found, plan: TaskPlan, task: PlannedTask): boolean {
  const bootstraps = isBootstrapping(plan) && observed.bootstrapAsSpec === true;
  return bootstraps || (inFlight(task) && !observed.sidecar.stopped);
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
  init: ({ node, observed, occasion: { planID }, stored }: Found) => {
    const bootstrapped = observed.bootstrapped || hasBootstrapped(stored);
    // What a former plan led to may not be known here yet: the StatefulSet controller's pod; a Job, where its watch lags.
    const mayHavePod = observed.mayHavePod || stored !== undefined;
    const bootstrapJob = observed.bootstrapJob || leavesJob(stored);
    return initPlan(node, planID, { ...observed, bootstrapped, mayHavePod, bootstrapJob });
  },
  'image update': ({ node, occasion: { planID } }: Found) => imageUpdatePlan(node, planID),
  'mark-ready': ({ node, occasion: { planID } }: Found) => markReadyPlan(node, planID),
  peers: ({ node, occasion: { planID } }: Found) => peersPlan(node, planID),
} as const;

/** Whether spec is another than the one that was last acted on; not where nobody has acted on it. */
function specChanged({ metadata, status }: SeiNode): boolean {
  const acted = conditionOf(status, 'Progressing')?.observedGeneration;
  return acted !== undefined && acted !== metadata.generation;
}

function notServed({ field, message }: SpecFault): Step {
  return { kind: 'stalled', reason: 'SpecNotServed', message: `${field} ${message}` };
}
