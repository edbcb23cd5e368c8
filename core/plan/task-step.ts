import { type PlannedTask, type SeiNode, type TaskPlan, tlsSecretName } from '../seinode.ts';
import { inFlight, retryAt } from './advance.ts';
import type { Observed } from './observed.ts';
import type { Step } from './step.ts';
import { taskKind } from './tasks.ts';

/** What is to be done for the task that a plan is at. */
export function taskStep(
  node: SeiNode,
  observed: Observed,
  plan: TaskPlan,
  task: PlannedTask,
  now: Date,
): Step {
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
export function touchesPod({ type }: PlannedTask): boolean {
  return ['apply-statefulset', 'replace-pod', 'deploy-bootstrap-job'].includes(type);
}

/** Without TLS there is no gate; with it, only a verdict of True opens it (contract §2). */
export function gateOpen(node: SeiNode, { verdict }: Observed): boolean {
  return tlsSecretName(node) === undefined || verdict?.status === 'True';
}

/** What waits for a gate to open. */
export function closedGate({ verdict }: Observed): Step {
  const why = verdict === undefined ? 'not known yet' : `${verdict.status} (${verdict.reason})`;
  return { kind: 'waiting', reason: 'GateClosed', message: `SidecarTLSSecretReady is ${why}` };
}
