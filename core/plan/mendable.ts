import type { PlannedTask, TaskPlan } from '../seinode.ts';

/** The tasks that look at what people bring: a Secret, a claim. What fails them may be mended beside the spec. */
const lookingTasks = new Set([
  'ensure-data-pvc',
  'validate-signing-key',
  'validate-node-key',
  'validate-operator-keyring',
]);

/** The task that failed a plan, where it may be mended; undefined where the plan has not failed of such a one. */
export function mendableTask(plan: TaskPlan | undefined): PlannedTask | undefined {
  const failed = plan?.phase === 'Failed' ? plan.tasks.find(({ status }) => status === 'Failed') : undefined;
  return failed && lookingTasks.has(failed.type) ? failed : undefined;
}

/** Whether the plan is made anew by itself once that is mended. */
export function isMendable(plan: TaskPlan | undefined): boolean {
  return mendableTask(plan) !== undefined;
}
