import type { ConditionChanges } from '../core/merge-conditions.ts';
import type { Waiting } from '../core/plan/write-delay.ts';
import type { SeiNode, TaskPlan } from '../core/seinode.ts';

/** What has come about for a node and is not in its status yet. */
export type Unsaved = {
  readonly plan: TaskPlan;
  readonly currentImage: string | undefined;
  readonly found: ConditionChanges;
};

/** The progress of plans that is not written yet: that of tasks alone may wait (`writeAt`). */
export class Progress {
  readonly #unsaved = new Map<string, Unsaved & { readonly uid: unknown }>();
  readonly #waiting = new Map<string, Waiting>();

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

  /** Since when the status of a node waits to be written: from now on, where it did not before. */
  waiting(key: string, fault: boolean, now: number): Waiting {
    const known = this.#waiting.get(key);
    // The clock may have been set back.
    const since = Math.min(known?.since ?? now, now);
    const faultSince = fault ? Math.min(known?.faultSince ?? now, now) : undefined;
    const waiting = { since, faultSince };
    this.#waiting.set(key, waiting);
    return waiting;
  }

  /** All of it is written, or there is nothing to write. */
  saved(key: string): void {
    this.#unsaved.delete(key);
    this.#waiting.delete(key);
  }
}
