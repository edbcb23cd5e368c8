import type { ConditionChanges } from '../core/merge-conditions.ts';
import type { Waiting } from '../core/plan/write-delay.ts';
import type { SeiNode, TaskPlan } from '../core/seinode.ts';

/** What has come about for a node and is not in its status yet. */
export type Unsaved = {
  readonly plan: TaskPlan;
  readonly currentImage: string | undefined;
  readonly found: ConditionChanges;
};

/** So many changes of a node's peers are written as they come, before `writeAt` keeps one back. */
const peersBurst = 5;

/** The progress of plans that is not written yet: that of tasks alone may wait (`writeAt`). */
export class Progress {
  readonly #unsaved = new Map<string, Unsaved & { readonly uid: unknown }>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #confirmed = new Map<string, TaskPlan['id']>();
  readonly #peersWritten = new Map<string, readonly number[]>();

  /** What is known of the plan that a node's status has; nothing of another plan, or of another node of the name. */
  of(key: string, { metadata, status }: SeiNode): Unsaved | undefined {
    const known = this.#unsaved.get(key);
    const { id, phase } = status?.plan ?? {};
    const isCurrent = known?.uid === metadata.uid && known?.plan.id === id && phase === 'Active';
    return isCurrent ? known : undefined;
  }

  remember(key: string, { metadata: { uid } }: SeiNode, unsaved: Unsaved): void {
    this.#unsaved.set(key, { ...unsaved, uid });
  }

  /** The API server has this plan for a node, or took it a moment ago. */
  confirm(key: string, plan: TaskPlan | undefined): void {
    if (plan !== undefined) this.#confirmed.set(key, plan.id);
  }

  /** Whether it is the last plan of a node that the API server was known to have. */
  isConfirmed(key: string, plan: TaskPlan | undefined): boolean {
    return plan !== undefined && this.#confirmed.has(key) && this.#confirmed.get(key) === plan.id;
  }

  /** Since when the status of a node waits to be written: from now on, where it did not before. */
  waiting(key: string, fault: boolean, now: number): Waiting {
    const known = this.#waiting.get(key);
    // The clock may have been set back.
    const since = Math.min(known?.since ?? now, now);
    const faultSince = fault ? Math.min(known?.faultSince ?? now, now) : undefined;
    const waiting = { since, faultSince, peersWritten: this.#peersWritten.get(key)?.at(-peersBurst) };
    this.#waiting.set(key, waiting);
    return waiting;
  }

  /** The peers of a node were written. */
  wrotePeers(key: string, now: number): void {
    this.#peersWritten.set(key, [...(this.#peersWritten.get(key) ?? []), now].slice(-peersBurst));
  }

  /** The node is gone. */
  forget(key: string): void {
    this.saved(key);
    this.#confirmed.delete(key);
    this.#peersWritten.delete(key);
  }

  /** All of it is written, or there is nothing to write. */
  saved(key: string): void {
    this.#unsaved.delete(key);
    this.#waiting.delete(key);
  }
}
