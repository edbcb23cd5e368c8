import { ClusterError } from '../../cluster/error.ts';
import type { Durations } from '../../core/leader-election.ts';
import type { Log } from '../../core/log.ts';
import type { Fence } from './fence.ts';
import type { Rivals } from './rivals.ts';

export type AloneOptions = {
  readonly rivals: Pick<Rivals, 'look'>;
  readonly fence: Pick<Fence, 'end' | 'signal'>;
  readonly durations: Durations;
  readonly log: Pick<Log, 'error'>;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** Ends the looks. */
  readonly signal: AbortSignal;
};

/**
 * Looks out for who leads by a Lease in another namespace, such as the controller before where it was forgotten: nothing
 * is begun beside one, nor while nobody can tell, and where one comes later this process ends.
 *
 * @returns resolves once nobody does.
 */
export async function alone({ rivals, fence, durations, log, wait, signal }: AloneOptions): Promise<'alone'> {
  const over = AbortSignal.any([signal, fence.signal]);
  let told: string | undefined;
  const look = async () => {
    const found = await lookAt(rivals);
    if (found.said !== undefined && found.said !== told && !over.aborted)
      log.error(new Error(found.said), 'is it alone?');
    told = found.said;
    return found;
  };
  while ((await look()).kind !== 'alone' && !over.aborted) await wait(durations.retryPeriod, over);
  const pause = () => wait(durations.renewDeadline, over);
  const follow = async () => {
    for (await pause(); !over.aborted; await pause()) {
      const found = await look();
      if (found.kind === 'rival') fence.end(`nothing is written any more: ${found.rival} leads as well`);
    }
  };
  void follow();
  return 'alone';
}

type Looked =
  | { readonly kind: 'alone' | 'unknown'; readonly said: string | undefined }
  | { readonly kind: 'rival'; readonly rival: string; readonly said: string };

/** Who may not look, as with the roles of a release before, knows of nobody; any other fault passes. */
async function lookAt(rivals: Pick<Rivals, 'look'>): Promise<Looked> {
  try {
    const rival = await rivals.look();
    if (rival === undefined) return { kind: 'alone', said: undefined };
    return { kind: 'rival', rival, said: `another operator leads: ${rival}` };
  } catch (error) {
    const mayNot = error instanceof ClusterError && error.fault.status === 403;
    const said = `cannot look for other operators: ${(error as Error).message}`;
    return { kind: mayNot ? 'alone' : 'unknown', said };
  }
}
