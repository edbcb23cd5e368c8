import { mergePatch } from '../merge-patch.ts';
import type { Fields } from '../schema/structural.ts';
import { conditionOf, type SeiNodeStatus, type TaskPlan } from '../seinode.ts';

/** Milliseconds after which progress alone is written: a plan whose tasks go well is done before, and costs no write. */
const progressDelay = 60_000;
/** Milliseconds after which a sidecar that cannot be asked is written: as a pod starts nobody listens for a moment. */
const faultDelay = 3_000;

/** Milliseconds in which peers alone are written a few times, no more: nodes come in crowds, each a peer of many. */
const peersDelay = 10_000;

/** Since when a status waits to be written, and a sidecar could not be asked or refused; in Unix milliseconds. */
export type Waiting = {
  readonly since: number;
  readonly faultSince: number | undefined;
  /** When peers were written the last time but some; undefined: not as often yet. */
  readonly peersWritten?: number | undefined;
};

/**
 * When a change of status is to be written, in Unix milliseconds; `since` where at once. Only how far the tasks of a plan
 * have come may wait, for a task may be run twice; and which peers there are, where that was written only just now. All of
 * it can be found out again after a restart.
 */
export function writeAt(stored: SeiNodeStatus | undefined, next: SeiNodeStatus, waiting: Waiting): number {
  const { since, faultSince = Number.POSITIVE_INFINITY, peersWritten = Number.NEGATIVE_INFINITY } = waiting;
  if (stored === undefined || mergePatch(lasting(stored), lasting(next)) !== undefined) return since;
  const progressAt = Math.min(since + progressDelay, faultSince + faultDelay);
  if (mergePatch(peers(stored), peers(next)) === undefined) return progressAt;
  return Math.min(progressAt, Math.max(since, peersWritten + peersDelay));
}

function peers(status: SeiNodeStatus): Fields {
  return { resolved: status.resolvedPeers ?? [], condition: conditionOf(status, 'PeersCurrent') ?? null };
}

function lasting({ plan, resolvedPeers: _, conditions = [], ...status }: SeiNodeStatus): Fields {
  const others = conditions.filter(({ type }) => type !== 'Progressing' && type !== 'PeersCurrent');
  const { status: progressing, reason } = conditionOf({ conditions }, 'Progressing') ?? {};
  const isOnItsWay = progressing === 'True' && (reason === 'PlanActive' || reason === 'TaskWaiting');
  const acts = { progressing, reason: isOnItsWay || reason };
  return { ...status, others, ...(plan && { plan: lastingPlan(plan) }), acts };
}

/** That a task waits, is sent or complete is left out; that it failed is not. */
function lastingPlan({ id, phase, tasks }: TaskPlan) {
  return { id, phase, failures: tasks.map(({ status, error }) => [status === 'Failed', error ?? '']) };
}
