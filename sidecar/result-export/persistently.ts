import { setTimeout as timer } from 'node:timers/promises';
import { failure, type Result } from '../../core/result.ts';
import type { TaskContext } from '../tasks/task.ts';

/** Waits. @throws where the signal is aborted meanwhile. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = (milliseconds, signal) => timer(milliseconds, undefined, { signal });

/** Who failed, for people and metrics. */
export type Party = 'local' | 'canonical' | 'page';

const names: Readonly<Record<Party, string>> = {
  local: "the node's RPC",
  canonical: 'the canonical RPC',
  page: 'the page',
};

/** What has to go well, and how it is waited for. */
export type Persistence = { readonly context: TaskContext; readonly pause: Wait };

/**
 * Tries until it goes well: after 5 s, then later each time, a minute at most. Each failure is logged and counted.
 *
 * @param tries after so many the last failure is returned. @throws the signal's reason.
 */
export async function persistently<T>(
  of: Party,
  attempt: () => Promise<Result<T>>,
  { context: { log, metrics, settings, signal }, pause }: Persistence,
  tries = Number.POSITIVE_INFINITY,
): Promise<Result<T>> {
  for (let failed = 1; ; failed++) {
    const came = await attempt().catch(error => failure(error instanceof Error ? error.message : 'failed'));
    signal.throwIfAborted();
    if (came.ok) return came;
    metrics.exportFaults.inc({ chain: settings.chainID, of });
    log.info(`result-export is held up: ${names[of]} ${came.error}`, { failed });
    if (failed >= tries) return came;
    await pause(Math.min(60_000, 5_000 * 2 ** (failed - 1)), signal);
  }
}

/** The same without an end. */
export async function untilDone<T>(
  of: Party,
  attempt: () => Promise<Result<T>>,
  persistence: Persistence,
): Promise<T> {
  const came = await persistently(of, attempt, persistence);
  return came.ok ? came.value : untilDone(of, attempt, persistence);
}
