import type { Decision } from '../../core/toggle/decide.ts';
import type { Journal } from '../../core/toggle/journal.ts';

/** Told of what a toggle does, as it does it. */
export type Progress = {
  readonly doing: (journal: Journal, decision: Decision) => void;
  readonly waiting: (journal: Journal, why: string) => void;
};
