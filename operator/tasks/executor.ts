import type { ClusterError } from '../../cluster/error.ts';
import type { ConditionChanges } from '../../core/merge-conditions.ts';
import type { PlannedTask, SeiNode } from '../../core/seinode.ts';
import type { Settings } from '../../core/settings.ts';
import type { Came } from '../../core/sidecar/outcome.ts';
import type { Objects } from '../objects.ts';

/** What a task runs on. */
export type Around = { readonly objects: Objects; readonly settings: Settings };

/** What came of a task, and the conditions it found beside. `refusal`: what the operator may not do, where it waits for that. */
export type TaskResult = {
  readonly came: Came;
  readonly found?: ConditionChanges;
  readonly refusal?: ClusterError;
};

/**
 * Runs one task of a plan on the Kubernetes API, as far as it can be run now; told again it does no more than is left.
 *
 * @param task as the plan has stored it; its parameters may be those of another operator.
 * @throws ClusterError where the API could not be asked: the task is then tried again, and nothing is said of it.
 */
export type Executor = (node: SeiNode, around: Around, task: PlannedTask) => Promise<TaskResult>;
