import { type Change, versionOf } from './change.ts';
import {
  afterExit,
  afterList,
  type Exit,
  isProgress,
  type NextTry,
  type Refusal,
  unlisted,
} from './retry.ts';

type Listed = Extract<Change, { type: 'listed' }>;

/** A collection that can be listed, and watched from a moment. Both throw where it cannot be done, or no longer. */
export type Source = {
  readonly list: () => Promise<Listed>;
  /** Calls `opened` once the server has taken it. */
  readonly watch: (from: string, opened: () => void) => AsyncIterable<Exclude<Change, Listed>>;
  /** What a thrown error says. It may throw itself what is no fault of the source's. */
  readonly refusalOf: (error: unknown) => Refusal;
};

export type FollowOptions = {
  readonly signal: AbortSignal;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** Told whenever a watch stands: nothing is missed from then on, also where nothing happens. */
  readonly opened?: () => void;
  /** Told of every fault, what it means, and whether a list was ever had; what it throws ends the following. */
  readonly failed: (error: unknown, trouble: NextTry['trouble'], begun: boolean) => void;
};

/** Lists a collection, then watches it, and again as `retry.ts` says, until the signal. */
export async function* follow(source: Source, options: FollowOptions): AsyncGenerator<Change> {
  const { signal, wait, random, now, failed, opened: stands = () => {} } = options;
  let state = unlisted;
  for (let begun = false; !signal.aborted; ) {
    let [asked, stood, told, error]: [number, boolean, boolean, unknown] = [0, false, false, undefined];
    let fault: Exit['fault'];
    try {
      if (state.from === undefined) {
        const listed = await source.list();
        state = afterList(state, listed.resourceVersion);
        begun = true;
        yield listed;
      }
      asked = now();
      const watch = source.watch(state.from ?? '', () => {
        stood = true;
        stands();
      });
      for await (const change of watch) {
        const version = change.type === 'bookmark' ? change.resourceVersion : versionOf(change.object);
        if (isProgress(state, version)) {
          state = { ...state, from: version };
          told = true;
        }
        yield change;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      error = thrown;
      fault = source.refusalOf(thrown);
    }
    const held = stood ? now() - asked : undefined;
    const exit = { ...(fault && { fault }), held, told };
    const next = afterExit(state, exit, random());
    if (fault) failed(error, next.trouble, begun);
    state = next.state;
    await wait(next.wait);
  }
}
