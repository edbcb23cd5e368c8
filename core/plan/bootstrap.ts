import type { TaskPlan } from '../seinode.ts';
import { uuidV5 } from '../uuid.ts';
import { currentTask, hasDone } from './advance.ts';
import { settlesAt } from './need.ts';
import type { Observed } from './observed.ts';

/**
 * Whether a plan is between its bootstrap Job and that Job's end: the pod that its tasks are for is then the Job's, and no
 * other of the node is there.
 */
export function isBootstrapping(plan: TaskPlan | undefined): boolean {
  const at = plan === undefined ? undefined : currentTask(plan);
  if (plan === undefined || at === undefined) return false;
  const index = plan.tasks.indexOf(at);
  const indexOf = (type: string) => plan.tasks.findLastIndex(task => task.type === type);
  const deployed = indexOf('deploy-bootstrap-job');
  return deployed >= 0 && deployed < index && index < indexOf('teardown-bootstrap');
}

/** The tasks that make a bootstrap's Job, and wait for it and for its end. What they wait for is told soon: it may take days. */
export function isOfJob(type: string): boolean {
  return ['deploy-bootstrap-job', 'await-bootstrap-complete', 'teardown-bootstrap'].includes(type);
}

/**
 * A plan that waits for its bootstrap, with mark-ready to be sent once more: a sidecar that started anew before seid has seen
 * it ready was told so in vain, and seid would wait for ever.
 *
 * @returns undefined where it need not be.
 */
export function markedReadyAgain(
  plan: TaskPlan,
  { sidecar }: Pick<Observed, 'sidecar'>,
  now: Date,
): TaskPlan | undefined {
  const isAwaited = currentTask(plan)?.type === 'await-bootstrap-complete';
  const settles = settlesAt(sidecar, plan);
  if (!isAwaited || sidecar.ready !== false || settles === undefined || settles > now) return undefined;
  const sent = plan.tasks.findLast(({ type, status }) => type === 'mark-ready' && status === 'Complete')!;
  const { submittedAt: _, ...task } = sent;
  // A sidecar runs no id twice. Until this is written it is decided anew: it must be the same one then.
  const again = { ...task, id: uuidV5(sent.id, `${sidecar.startedAt}`), status: 'Pending' as const };
  return { ...plan, tasks: plan.tasks.map(other => (other === sent ? again : other)) };
}

/** Whether a plan is known to have made a bootstrap Job, and not to have seen it gone. */
export function leavesJob(plan: TaskPlan | undefined): boolean {
  return hasDone(plan, 'deploy-bootstrap-job') && !hasDone(plan, 'teardown-bootstrap');
}

/** Whether a plan has brought a volume to its chain: its claim may not say so, where the controller before did it. */
export function hasBootstrapped(plan: TaskPlan | undefined): boolean {
  return hasDone(plan, 'await-bootstrap-complete');
}
