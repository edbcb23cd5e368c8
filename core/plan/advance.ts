import { printableWithin } from '../printable.ts';
import type { PlannedTask, TaskPlan } from '../seinode.ts';
import { timestamp } from '../timestamp.ts';
import type { TaskParams } from './params.ts';
import { taskKind } from './tasks.ts';

/** What came of a task, told with the id and the attempt (`attemptOf`) it was, so that an outcome told twice counts once. */
export type TaskOutcome = {
  readonly id: string;
  readonly attempt: number;
} /** `params`: what the sidecar says it was done with. */ & (
  | { readonly kind: 'complete'; readonly params?: TaskParams }
  /** The sidecar has taken the task. */
  | { readonly kind: 'submitted' }
  /** The sidecar does not know the task any more: its store is another. It is sent again. */
  | { readonly kind: 'lost' }
  /** It cannot be done yet; `message` says what is missing. It is tried again and never fails by that. */
  | { readonly kind: 'waiting'; readonly message: string }
  /** It failed; it is tried again while its retries last. */
  | { readonly kind: 'failed'; readonly message: string }
  /** It failed in a way that no retry mends. */
  | { readonly kind: 'terminal'; readonly message: string }
);

/** The task that a plan is at: the first that is not complete; undefined where all are. */
export function currentTask(plan: TaskPlan): PlannedTask | undefined {
  return plan.tasks.find(({ status }) => status !== 'Complete');
}

/** Whether a plan has done a task; the last of that type where it has several. */
export function hasDone(plan: TaskPlan | undefined, type: string): boolean {
  return plan?.tasks.findLast(task => task.type === type)?.status === 'Complete';
}

/** Which attempt at a task is next or under way, from 0. */
export function attemptOf({ retryCount = 0 }: PlannedTask): number {
  return retryCount;
}

/** Whether the sidecar has the task and its end is awaited: it is then asked for, not sent again. */
export function inFlight({ type, status, submittedAt, error }: PlannedTask): boolean {
  return status === 'Pending' && submittedAt !== undefined && !error && taskKind(type)?.runsOn === 'sidecar';
}

/** When a task that failed may be tried again; undefined where nothing is to be waited for. */
export function retryAt({ status, submittedAt, error, retryCount = 0 }: PlannedTask): Date | undefined {
  if (status !== 'Pending' || !error || submittedAt === undefined) return undefined;
  return new Date(Date.parse(submittedAt) + retryDelay(retryCount));
}

/** When a plan failed; undefined where it has not, or does not say. */
export function failedAt({ phase, tasks }: TaskPlan): Date | undefined {
  const task = phase === 'Failed' ? tasks.find(({ status }) => status === 'Failed') : undefined;
  return task?.submittedAt === undefined ? undefined : new Date(task.submittedAt);
}

/**
 * The plan after an outcome (contract §3). An outcome of another task or another attempt than the current one changes
 * nothing, nor does any outcome once the plan has ended.
 *
 * @returns the same object where nothing changed, so that it need not be written.
 */
export function advance(plan: TaskPlan, outcome: TaskOutcome, now: Date): TaskPlan {
  const task = currentTask(plan);
  if (plan.phase !== 'Active' || task?.id !== outcome.id || attemptOf(task) !== outcome.attempt) return plan;
  switch (outcome.kind) {
    case 'complete':
      return completed(plan, doneWith(task, outcome.params), now, task);
    case 'submitted':
      return submitted(plan, task, now);
    case 'lost':
      return inFlight(task) ? replaced(plan, task, without(task, 'submittedAt')) : plan;
    case 'waiting':
      return plan;
    case 'failed':
      return attemptOf(task) < (task.maxRetries ?? 0)
        ? replaced(plan, task, retried(task, outcome.message, now))
        : failed(plan, task, outcome.message, timestamp(now));
    case 'terminal':
      return failed(plan, task, outcome.message, timestamp(now));
  }
}

/** A plan whose tasks are all complete is complete, one with a failed task has failed: as every reader would judge. */
export function settled(plan: TaskPlan): TaskPlan {
  const task = currentTask(plan);
  if (plan.phase !== 'Active' || task?.status === 'Pending') return plan;
  return task === undefined
    ? { ...plan, phase: 'Complete' }
    : failed(plan, task, task.error ?? 'no error given', task.submittedAt);
}

/** 10 s, 20 s, then 30 s. */
function retryDelay(retry: number): number {
  return Math.min(5_000 * 2 ** Math.min(retry, 5), 30_000);
}

function completed(plan: TaskPlan, task: PlannedTask, now: Date, planned = task): TaskPlan {
  const submittedAt = task.error ? timestamp(now) : (task.submittedAt ?? timestamp(now));
  return settled(replaced(plan, planned, { ...without(task, 'error'), status: 'Complete', submittedAt }));
}

/** Peers are found as discover-peers is sent, not as its plan is made: the plan then tells of those that were given. */
function doneWith(task: PlannedTask, params: TaskParams | undefined): PlannedTask {
  const sources = task.type === 'discover-peers' ? params?.sources : undefined;
  return sources === undefined ? task : { ...task, params: { sources } };
}

function submitted(plan: TaskPlan, task: PlannedTask, now: Date): TaskPlan {
  if (inFlight(task)) return plan;
  if (taskKind(task.type)?.doneAt === 'submission') return completed(plan, task, now);
  return replaced(plan, task, { ...without(task, 'error'), submittedAt: timestamp(now) });
}

function retried(task: PlannedTask, message: string, now: Date): PlannedTask {
  return { ...task, retryCount: attemptOf(task) + 1, error: capped(message), submittedAt: timestamp(now) };
}

function failed(plan: TaskPlan, task: PlannedTask, message: string, at: string | undefined): TaskPlan {
  const { type, id, retryCount = 0, maxRetries = 0 } = task;
  const error = capped(message);
  return {
    ...replaced(plan, task, { ...task, status: 'Failed', error, ...(at && { submittedAt: at }) }),
    phase: 'Failed',
    failedTaskIndex: plan.tasks.indexOf(task),
    failedTaskDetail: { type, id, error, retryCount, maxRetries },
  };
}

function replaced(plan: TaskPlan, task: PlannedTask, by: PlannedTask): TaskPlan {
  return { ...plan, tasks: plan.tasks.map(other => (other === task ? by : other)) };
}

function without(task: PlannedTask, field: 'error' | 'submittedAt'): PlannedTask {
  const { [field]: _, ...rest } = task;
  return rest;
}

/** A sidecar may answer with pages of diagnostics; status keeps their beginning. */
function capped(message: string): string {
  return printableWithin(message, 1024);
}
