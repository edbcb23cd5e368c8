import { shortDuration } from '../duration.ts';
import { conditionOf, type PlannedTask, type SeiNodeStatus } from '../seinode.ts';
import { currentTask, inFlight, retryAt } from './advance.ts';
import { waitsFor } from './step.ts';

/**
 * Where a task of a plan stands. `Running`: the sidecar has it. `Retrying`: it failed and is tried again. `Waiting`: it cannot be
 * done yet. `Next`: it is done next. `Pending`: its turn has not come, or never will where the plan has failed.
 */
export type Standing = {
  readonly state: 'Complete' | 'Failed' | 'Running' | 'Retrying' | 'Waiting' | 'Next' | 'Pending';
  /** One clause for people; empty where the state says it all. */
  readonly message: string;
};

/** Where each task of a node's plan stands, in their order; none where there is no plan. @param now milliseconds since 1970. */
export function standings(status: SeiNodeStatus | undefined, now: number): readonly Standing[] {
  const { plan } = status ?? {};
  if (plan === undefined) return [];
  const current = plan.phase === 'Active' ? currentTask(plan) : undefined;
  return plan.tasks.map(task => {
    if (task.status === 'Complete') return { state: 'Complete', message: '' };
    if (task.status === 'Failed') return { state: 'Failed', message: task.error ?? 'no error given' };
    return task === current ? standingOfCurrent(task, status, now) : { state: 'Pending', message: '' };
  });
}

function standingOfCurrent(task: PlannedTask, status: SeiNodeStatus | undefined, now: number): Standing {
  const { type, error, retryCount = 0, maxRetries = 0, submittedAt } = task;
  const again = retryAt(task);
  if (again !== undefined) {
    const left = again.getTime() - now;
    const when = left > 0 ? `in ${shortDuration(left)}` : 'now';
    return {
      state: 'Retrying',
      message: `attempt ${retryCount} of ${maxRetries + 1} failed: ${error}; again ${when}`,
    };
  }
  const waits = waitsFor(type);
  const { reason, message = '' } = conditionOf(status, 'Progressing') ?? {};
  if (reason === 'TaskWaiting' && message.startsWith(waits)) {
    return { state: 'Waiting', message: message.slice(waits.length) };
  }
  if (!inFlight(task) || submittedAt === undefined) return { state: 'Next', message: '' };
  return {
    state: 'Running',
    message: `the sidecar has it for ${shortDuration(now - Date.parse(submittedAt))}`,
  };
}
