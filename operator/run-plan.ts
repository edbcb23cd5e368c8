import { ClusterError } from '../cluster/error.ts';
import { seiNodes } from '../cluster/resource.ts';
import type { ConditionChanges } from '../core/merge-conditions.ts';
import { advance, attemptOf, type TaskOutcome } from '../core/plan/advance.ts';
import { isOfJob } from '../core/plan/bootstrap.ts';
import { type Decision, decide } from '../core/plan/decide.ts';
import type { Observed } from '../core/plan/observed.ts';
import { nextStatus } from '../core/plan/status.ts';
import { type Step, taskWaiting, taskWaitingForChange } from '../core/plan/step.ts';
import { taskKind } from '../core/plan/tasks.ts';
import type { SeiNode, SeiNodeStatus } from '../core/seinode.ts';
import type { Asks, Question } from './asks.ts';
import { finalize } from './finalizer.ts';
import type { Tell } from './keep-claim.ts';
import type { Progress, Unsaved } from './progress.ts';
import { sidecarOf } from './sidecar-of.ts';
import type { Around, TaskResult } from './tasks/executor.ts';
import { executors } from './tasks/executors.ts';
import { lookAgain } from './tasks/look-again.ts';
import { lostTask } from './tasks/lost-task.ts';

export type Running = Around & {
  readonly asks: Pick<Asks, 'next'>;
  readonly progress: Pick<Progress, 'of' | 'remember' | 'confirm' | 'isConfirmed'>;
  readonly now: () => Date;
  /** A UUID that no plan had before. */
  readonly planID: () => string;
  readonly tell: Tell;
};

/**
 * Where a plan has come to: the status to be written, what is to be done next, whether somebody keeps it, and what the
 * operator may not do.
 */
export type Reached = {
  readonly status: SeiNodeStatus;
  readonly step: Step;
  readonly fault: boolean;
  readonly refusal?: ClusterError | undefined;
};

/** Runs the plan of a node as far as it goes now: decides, runs one task, and decides again. @throws ClusterError */
export async function runPlan(
  key: string,
  stored: SeiNode,
  observed: Observed,
  running: Running,
): Promise<Reached> {
  const unsaved = running.progress.of(key, stored);
  const again = await lookAgain(stored, running);
  let found = { ...unsaved?.found, ...again.found };
  let node = withPeers(unsaved === undefined ? stored : reached(stored, unsaved), observed);
  for (;;) {
    const now = running.now();
    const seen = { ...observed, mended: again.mended };
    const decision = decide(node, seen, { now, planID: running.planID() });
    const reach = (step: Step, fault = false, refusal?: ClusterError): Reached => ({
      status: nextStatus(node, observed, { ...decision, step }, found, running.now()),
      ...{ step, fault, refusal },
    });
    const { step, plan } = decision;
    // First it is said that the node goes, then what it had is taken away.
    if (step.kind === 'terminating' && stored.status?.phase === 'Terminating') {
      const { done, message, again = 0 } = await finalize(stored, running.objects, running.tell);
      if (done) return { status: stored.status, step, fault: false };
      const until = new Date(now.getTime() + again);
      return reach({ ...step, until, ...(message !== undefined && { message }) }, message !== undefined);
    }
    if ((step.kind !== 'run' && step.kind !== 'poll') || plan === undefined) return reach(step);
    await takeUp(key, stored, running);
    const lost = lostTask(stored, running.objects);
    if (lost !== undefined) {
      const { came, refusal } = await executors[lost.type]!(node, running, lost);
      // Its coming is heard of.
      if (!('message' in came)) return reach(step);
      return reach(taskWaiting(lost, came.message, now), refusal !== undefined, refusal);
    }
    const done = await perform(key, node, step, running);
    found = { ...found, ...done.found };
    if (done.outcome === undefined) return reach(done.step, done.fault, done.refusal);
    const { currentImage } = decision;
    const next = { plan: advance(plan, done.outcome, running.now()), currentImage, found };
    node = reached(node, next);
    running.progress.remember(key, stored, next);
  }
}

/**
 * A plan that another process wrote is taken up only where the node still has it. A cache may lag behind, as on an API server
 * that is cut off: what was done since for this node, or for another of its name, would be undone (ADR 44).
 *
 * @throws ClusterError, a Conflict where the node is another by now.
 */
async function takeUp(key: string, node: SeiNode, { objects, progress }: Running): Promise<void> {
  const { metadata, status } = node;
  if (progress.isConfirmed(key, status?.plan)) return;
  const now = (await objects.read(seiNodes, metadata.namespace, metadata.name)) as SeiNode | undefined;
  const isCurrent =
    now?.metadata.uid === metadata.uid &&
    now?.metadata.generation === metadata.generation &&
    now?.status?.plan?.id === status?.plan?.id &&
    now?.status?.plan?.phase === 'Active';
  if (!isCurrent) throw new ClusterError(`SeiNode ${key} is no more as the cache has it`, { status: 409 });
  progress.confirm(key, status?.plan);
}

type Performed = { readonly found?: ConditionChanges | undefined } & (
  | { readonly outcome: TaskOutcome }
  | {
      readonly outcome?: undefined;
      readonly step: Step;
      readonly fault: boolean;
      readonly refusal?: ClusterError | undefined;
    }
);

async function perform(key: string, node: SeiNode, question: Question, running: Running): Promise<Performed> {
  const { task } = question;
  if (taskKind(task.type)?.runsOn === 'sidecar') return askSidecar(key, node, question, running);
  const execute = executors[task.type];
  if (execute === undefined) throw new Error(`task ${task.type} has no executor`);
  const { came, found, refusal }: TaskResult = await execute(node, running, task);
  const step = came.kind === 'waiting' ? taskWaiting(task, came.message, running.now()) : undefined;
  return step
    ? { found, step, fault: refusal !== undefined || isOfJob(task.type), refusal }
    : { found, outcome: { id: task.id, attempt: attemptOf(task), ...came } as TaskOutcome };
}

async function askSidecar(
  key: string,
  node: SeiNode,
  question: Question & Decision['step'],
  { asks, objects }: Running,
): Promise<Performed> {
  const { task } = question;
  const sidecar = await sidecarOf(node, objects);
  if ('came' in sidecar)
    return { outcome: { id: task.id, attempt: attemptOf(task), ...sidecar.came } as TaskOutcome };
  if ('missing' in sidecar) return { step: taskWaitingForChange(task, sidecar.missing), fault: false };
  const { name, started } = sidecar;
  const known = asks.next(key, sidecar.node, question, started);
  if (known.outcome !== undefined) return { outcome: known.outcome };
  const { until } = known;
  // Whatever is at its address by then: who waits for thousands of pods would be written each such answer.
  const message = started ? known.message : `pod ${name} has not started`;
  const step = message === undefined ? question : taskWaitingForChange(task, message);
  return { step: { ...step, ...(until && { until }) } as Step, fault: started && message !== undefined };
}

/** A task is sent with the peers that there are now. */
function withPeers(node: SeiNode, { resolvedPeers }: Observed): SeiNode {
  return resolvedPeers ? { ...node, status: { ...node.status, resolvedPeers } } : node;
}

/** A node as if it had been written how far its plan has come. Everything else in status follows from that. */
function reached(node: SeiNode, { plan, currentImage }: Unsaved): SeiNode {
  return { ...node, status: { ...node.status, plan, ...(currentImage && { currentImage }) } };
}
