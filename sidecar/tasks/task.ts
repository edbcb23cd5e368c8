import type { Log } from '../../core/log.ts';
import type { Result } from '../../core/result.ts';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';

/** What a task was asked with. */
export type TaskParams = Readonly<Record<string, unknown>>;

/** The signal's reason where the sidecar stops, and goes on with the task at its next start. */
export class SidecarStops extends Error {
  override name = 'SidecarStops';
}

/** What a task is given beside its parameters. */
export type TaskContext = {
  readonly settings: Settings;
  /**
   * Aborted where the task is deleted or the sidecar stops, which its reason tells: the task ends soon after, whatever it
   * returns then.
   */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Date;
};

/**
 * A kind of task that the sidecar serves. It may be run again after a restart cut it off, so it leaves at every moment
 * either what was there or what should be, and honours the marker of what is done (contract §3).
 */
export type TaskKind<Params = TaskParams> = {
  /** JSON Schema (draft 7) of the parameters; absent ones are judged as {}. */
  readonly params: object;
  /** Whether it writes what seid reads: such tasks run one after the other, in the order they came. */
  readonly exclusive: boolean;
  /**
   * Does it. @returns else why it failed: what was asked, what was found, what would be right; no secret. What it throws
   * is a fault, and fails the task with the message.
   */
  readonly run: (params: Params, context: TaskContext) => Promise<Result<undefined>>;
};
