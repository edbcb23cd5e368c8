import type { Caveat } from '../../core/network/network.ts';
import type { Looked } from './caveats.ts';

/** Milliseconds between two looks; and until the next where not all was seen, for rights may be given meanwhile. */
const [between, soon] = [300_000, 10_000];

export type FollowOptions = {
  readonly signal: AbortSignal;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** Told after every look. */
  readonly found: (caveats: readonly Caveat[]) => void;
  /** Told where there was no answer; what was found before holds. */
  readonly failed: (error: unknown) => void;
};

/** Looks again and again until the signal: no watch tells of what somebody installs. */
export async function followCaveats(
  look: () => Promise<Looked>,
  { signal, wait, found, failed }: FollowOptions,
): Promise<void> {
  while (!signal.aborted) {
    const looked = await look().catch(error => void failed(error));
    if (looked) found(looked.caveats);
    await wait(looked?.isPart === false ? between : soon);
  }
}
