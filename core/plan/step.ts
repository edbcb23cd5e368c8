import type { ProgressingReason } from '../conditions.ts';
import type { PlannedTask } from '../seinode.ts';

/** What is to be done next for a node. */
export type Step =
  /** The plan is new: it is stored in status before its first task runs, then decided on again. */
  | { readonly kind: 'created' }
  /** The task is to be run, or sent to the sidecar. */
  | { readonly kind: 'run'; readonly task: PlannedTask }
  /** The sidecar has the task: it is to be asked what became of it. */
  | { readonly kind: 'poll'; readonly task: PlannedTask }
  /** Something outside is missing; look again when it changes, or at `until` where time alone may change it. */
  | ({ readonly kind: 'waiting'; readonly until?: Date } & Why)
  /** Nothing happens until someone changes the node. */
  | ({ readonly kind: 'stalled' } & Why)
  /** Something failed and is tried again at `until`. */
  | ({ readonly kind: 'failed'; readonly until: Date } & Why)
  /** All is as it should be; `until`: look again then. */
  | { readonly kind: 'steady'; readonly until?: Date }
  /** The node is being deleted: the finalizer's work; `message` says what it waits for. */
  | { readonly kind: 'terminating'; readonly message?: string; readonly until?: Date };

/** Why there is nothing to do now: a reason of condition Progressing, and one clause for people. */
type Why = {
  readonly reason: ProgressingReason;
  readonly message: string;
};

/** A task that waits is looked at again after this long, should nothing that is watched tell sooner. */
const waitingDelay = 5_000;

/** The step of a task whose outcome was `waiting`. */
export function taskWaiting(task: PlannedTask, message: string, now: Date): Step {
  return { ...taskWaitingForChange(task, message), until: new Date(now.getTime() + waitingDelay) };
}

/** The same where what is watched will tell, or who waits knows when to look. */
export function taskWaitingForChange(
  { type }: PlannedTask,
  message: string,
): Extract<Step, { kind: 'waiting' }> {
  return { kind: 'waiting', reason: 'TaskWaiting', message: waitsFor(type) + message };
}

/** What a message of TaskWaiting begins with; why it waits comes after. @param type of the task. */
export function waitsFor(type: string): string {
  return `task ${type} waits: `;
}

/** The most of the first two below. */
const longestDelay = 5_000;

/**
 * How long to wait before the sidecar is asked again what became of a task: 10 ms, doubled by each poll, to 5 s. Most tasks
 * write a file or two, and one after the other they are what a node waits for.
 */
export function pollDelay(polls: number): number {
  return Math.min(10 * 2 ** polls, longestDelay);
}

/** The same where it could not be asked, and a handshake that fails costs as much as one that does not: from 100 ms. */
export function retryDelay(tries: number): number {
  return Math.min(100 * 2 ** tries, longestDelay);
}

/** The most of the one below: thousands of pods that start together take minutes, and who asks in vain makes that longer. */
export const longestUnstartedDelay = 120_000;

/** The same where its pod has not started, for a status may be late: from 30 s. */
export function unstartedDelay(tries: number): number {
  return Math.min(30_000 * 2 ** tries, longestUnstartedDelay);
}
